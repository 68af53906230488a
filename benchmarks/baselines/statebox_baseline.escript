#!/usr/bin/env escript
%% The same work in Erlang, with its own orddict, ordsets and lists:umerge. A box is its value, when
%% it was modified last, and its events, newest first, so that one more costs nothing. Prints a line
%% of JSON.
%%
%%   escript statebox_baseline.escript modify store|unite KEYS COUNT
%%   escript statebox_baseline.escript merge store|unite KEYS SIBLINGS EVENTS

-mode(compile).

-define(WORD, 16#FFFFFFFFFFFFFFFF).

main(["modify", Kind, Keys, Count]) ->
    modify_many(list_to_atom(Kind), list_to_integer(Keys), list_to_integer(Count));
main(["merge", Kind, Keys, Siblings, Events]) ->
    merge_many(list_to_atom(Kind), list_to_integer(Keys), list_to_integer(Siblings),
               list_to_integer(Events)).

modify_many(Kind, Keys, Count) ->
    Changes = [change(Kind, I, random_key(mix(I), Keys), mix(I)) || I <- lists:seq(1, Count)],
    Initial = orddict:from_list([{K, initial(Kind)} || K <- lists:seq(0, Keys - 1)]),
    garbage_collect(),
    {Seconds, Box} = timed(fun() -> modify_all({Initial, 0, []}, Changes) end),
    report("modify/s", Count / Seconds, Box).

merge_many(Kind, Keys, Siblings, Events) ->
    Boxes = [modify_all({orddict:new(), 0, []},
                        [sibling_change(Kind, Keys, Siblings, Events, S, I)
                         || I <- lists:seq(0, Events - 1)])
             || S <- lists:seq(0, Siblings - 1)],
    garbage_collect(),
    {Seconds, Box} = timed(fun() -> merge(Boxes) end),
    report("ms", Seconds * 1000, Box).

%% Boxes

modify_all(Box, Changes) ->
    lists:foldl(fun({Time, Operation}, Old) -> modify(Time, Operation, Old) end, Box, Changes).

modify(Time, Operation, {Value, Last, Queue}) when Last =< Time ->
    {reduce(Operation, Value), Time, [{Time, Operation} | Queue]}.

merge(Boxes) ->
    {Value, Last, _} = latest(Boxes),
    Events = lists:umerge([lists:reverse(Queue) || {_, _, Queue} <- Boxes]),
    Merged = lists:foldl(fun({_, Operation}, Old) -> reduce(Operation, Old) end, Value, Events),
    {Merged, Last, lists:reverse(Events)}.

latest([First | Rest]) ->
    lists:foldl(fun(Box, Found) when element(2, Found) < element(2, Box) -> Box;
                   (_, Found) -> Found
                end, First, Rest).

reduce({store, Key, Value}, Dict) -> orddict:store(Key, Value, Dict);
reduce({unite, Key, Set}, Dict) ->
    orddict:update(Key, fun(Old) -> ordsets:union(Old, Set) end, Set, Dict).

%% The work

initial(store) -> 0;
initial(unite) -> [0].

change(store, Time, Key, X) -> {Time, {store, Key, X bsr 40}};
change(unite, Time, Key, X) -> {Time, {unite, Key, [(X bsr 40) rem 4]}}.

sibling_change(Kind, Keys, Siblings, Events, Sibling, Index) ->
    X = mix((Sibling bsl 40) bor Index),
    Key = case Siblings * Events of
              Keys -> (Sibling * Events + Index) * 7919 rem Keys;
              _ -> random_key(X, Keys)
          end,
    change(Kind, 1 + Index * Siblings + X rem Siblings, Key, X).

random_key(X, Keys) -> (X bsr 16) rem Keys.

%% splitmix64
mix(Number) ->
    X = (Number + 16#9E3779B97F4A7C15) band ?WORD,
    Y = ((X bxor (X bsr 30)) * 16#BF58476D1CE4E5B9) band ?WORD,
    Z = ((Y bxor (Y bsr 27)) * 16#94D049BB133111EB) band ?WORD,
    Z bxor (Z bsr 31).

%% What is printed

timed(Do) ->
    Begin = erlang:monotonic_time(nanosecond),
    Result = Do(),
    {(erlang:monotonic_time(nanosecond) - Begin) / 1.0e9, Result}.

report(Unit, Figure, {Value, _, Queue}) ->
    OfValue = lists:foldl(fun({Key, At}, Digest) -> add_all([Key | numbers(At)], Digest) end,
                          1, Value),
    Digest = add_all([Time || {Time, _} <- lists:reverse(Queue)], OfValue),
    io:format("{\"~s\": ~.3f, \"digest\": ~b, \"peak_mib\": ~.1f}~n",
              [Unit, Figure, Digest, peak_mib()]).

numbers(Set) when is_list(Set) -> [length(Set) | Set];
numbers(Number) -> [1, Number].

add_all(Numbers, Digest) ->
    lists:foldl(fun(Number, Sum) -> (Sum * 31 + Number) band 16#FFFFFFFF end, Digest, Numbers).

peak_mib() ->
    {ok, Status} = file:read_file("/proc/self/status"),
    {match, [KiB]} = re:run(Status, "VmHWM:\\s+(\\d+)", [{capture, all_but_first, list}]),
    list_to_integer(KiB) / 1024.
