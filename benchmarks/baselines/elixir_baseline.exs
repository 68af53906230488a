# The same work in Elixir, in the design of a collaborative notebook as it stands: one process for
# the server, one for each client, one message for each operation and client. Prints a line of JSON.
#
#   elixir elixir_baseline.exs fanout CLIENTS OPERATIONS

defmodule Stack do
  import Bitwise

  defstruct items: [], hash: 1, applied: 0

  def reduce(stack, {kind, value}) do
    hash = stack.hash * 31 + value + kind &&& 0xFFFFFFFF
    %{stack | items: change(stack.items, kind, value), hash: hash, applied: stack.applied + 1}
  end

  # The newest item is the head.
  defp change(items, 0, value), do: [value | items]
  defp change([_ | rest], 1, _), do: rest
  defp change(items, _, _), do: items

  def digest(stack) do
    sum = List.foldr(stack.items, stack.hash, &(&2 * 31 + &1 &&& 0xFFFFFFFF))
    bxor(sum, length(stack.items))
  end
end

defmodule Workload do
  import Bitwise

  @word 0xFFFFFFFFFFFFFFFF

  # 49 % push, 49 % pop, 2 % nothing, by splitmix64.
  def generate(producer, index) do
    x = (producer <<< 40 ||| index) + 0x9E3779B97F4A7C15 &&& @word
    x = bxor(x, x >>> 30) * 0xBF58476D1CE4E5B9 &&& @word
    x = bxor(x, x >>> 27) * 0x94D049BB133111EB &&& @word
    x = bxor(x, x >>> 31)

    case rem(x, 100) do
      part when part < 49 -> {0, x >>> 33}
      part when part < 98 -> {1, 0}
      _ -> {2, 0}
    end
  end
end

defmodule Server do
  use GenServer

  @impl true
  def init(data), do: {:ok, {data, []}}

  @impl true
  def handle_call(:join, {client, _}, {data, clients}), do: {:reply, data, {data, [client | clients]}}
  def handle_call(:data, _, {data, clients}), do: {:reply, data, {data, clients}}

  @impl true
  def handle_cast({:submit, operation}, {data, clients}) do
    for client <- clients, do: send(client, {:operation, operation})
    {:noreply, {Stack.reduce(data, operation), clients}}
  end
end

defmodule Client do
  use GenServer

  @impl true
  def init({server, expected, told}) do
    data = GenServer.call(server, :join, :infinity)
    {:ok, {data, expected, told}}
  end

  @impl true
  def handle_info({:operation, operation}, {data, expected, told}) do
    data = Stack.reduce(data, operation)
    if data.applied == expected, do: send(told, {:finished, Stack.digest(data)})
    {:noreply, {data, expected, told}}
  end
end

defmodule Bench do
  @producers 4

  def fanout(clients, operations) do
    each = div(operations, @producers)
    total = each * @producers
    {:ok, server} = GenServer.start(Server, %Stack{})
    for _ <- 1..clients, do: {:ok, _} = GenServer.start(Client, {server, total, self()})
    begin = System.monotonic_time(:nanosecond)
    for producer <- 0..(@producers - 1), do: spawn(fn -> produce(server, producer, 0, each) end)
    digests = for _ <- 1..clients, do: receive(do: ({:finished, digest} -> digest))
    seconds = (System.monotonic_time(:nanosecond) - begin) / 1.0e9
    expected = Stack.digest(GenServer.call(server, :data, :infinity))

    if Enum.any?(digests, &(&1 != expected)) do
      IO.puts(:stderr, "elixir_baseline: a copy differs from the server's")
      System.halt(1)
    end

    IO.puts(~s({"deliveries/s": #{total * clients / seconds}, "peak_mib": #{peak_mib()}}))
  end

  defp produce(_, _, each, each), do: :ok

  defp produce(server, producer, index, each) do
    GenServer.cast(server, {:submit, Workload.generate(producer, index)})
    produce(server, producer, index + 1, each)
  end

  defp peak_mib() do
    [_, kib] = Regex.run(~r/VmHWM:\s+(\d+)/, File.read!("/proc/self/status"))
    String.to_integer(kib) / 1024
  end
end

["fanout", clients, operations] = System.argv()
Bench.fanout(String.to_integer(clients), String.to_integer(operations))
