#pragma once

// What Redis does at once. Scripts never change anything and fail afterwards.

namespace libsync::detail::redis {

// Of all, the first two keys are the journal's own hash and its lock.

/// Takes the journal: for the first time if `ARGV[4]` is empty, else anew, for the store that has
/// it. Whatever was sent before is void then, since it watches the hash.
/// KEYS: hash, lock, and all others. ARGV: token, hold in ms, format, again, must exist.
inline constexpr const char* take = R"lua(
local found = redis.call('HMGET', KEYS[1], 'format', 'by', 'commits')
local others = 0
for i = 3, #KEYS do others = others + redis.call('EXISTS', KEYS[i]) end
if not found[1] then
  if ARGV[4] ~= '' then return {'gone'} end
  if redis.call('EXISTS', KEYS[1]) == 1 then return {'format', ''} end
  if others > 0 then return {'beheaded'} end
  if ARGV[5] ~= '' then return {'none'} end
elseif found[1] ~= ARGV[3] then
  return {'format', found[1]}
end
if found[2] ~= ARGV[1] then
  if ARGV[4] ~= '' then return {'lost'} end
  if redis.call('EXISTS', KEYS[2]) == 1 then return {'locked'} end
end
local number = redis.call('HINCRBY', KEYS[1], 'number', 1)
redis.call('HSET', KEYS[1], 'format', ARGV[3], 'by', ARGV[1])
redis.call('HSETNX', KEYS[1], 'commits', 0)
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return {'held', tostring(number), found[3] or '0'}
)lua";

/// Looks at the journal, for somebody who only reads. KEYS: as before. ARGV: format, must exist.
inline constexpr const char* look = R"lua(
local found = redis.call('HMGET', KEYS[1], 'format', 'number')
if redis.call('EXISTS', KEYS[2]) == 1 then return {'locked'} end
if found[1] and found[1] ~= ARGV[1] then return {'format', found[1]} end
if not found[1] then
  if redis.call('EXISTS', KEYS[1]) == 1 then return {'format', ''} end
  for i = 3, #KEYS do
    if redis.call('EXISTS', KEYS[i]) == 1 then return {'beheaded'} end
  end
  if ARGV[2] ~= '' then return {'none'} end
end
return {'held', found[2] or '0', '0'}
)lua";

/// Keeps the lock, also where it has run out and nobody has taken it. ARGV: token, hold in ms.
inline constexpr const char* renew = R"lua(
local by = redis.call('GET', KEYS[2])
if by == ARGV[1] then
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
elseif not by and redis.call('HGET', KEYS[1], 'by') == ARGV[1] then
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
end
return 0
)lua";

/// Lets go. ARGV: token.
inline constexpr const char* let_go = R"lua(
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 0
)lua";

/// Reads rows in the order of their keys. KEYS: hash, lock, the table's rows, the table's keys.
/// ARGV: ZRANGEBYLEX or ZREVRANGEBYLEX, from, to, how many.
inline constexpr const char* page = R"lua(
local keys = redis.call(ARGV[1], KEYS[4], ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])
local rows = {}
if #keys > 0 then rows = redis.call('HMGET', KEYS[3], unpack(keys)) end
local now = redis.call('HMGET', KEYS[1], 'number', 'by')
return {now[1] or '0', now[2] or '', redis.call('HLEN', KEYS[3]), redis.call('ZCARD', KEYS[4]),
  keys, rows}
)lua";

} // namespace libsync::detail::redis
