-- wrk's script: counts answers by what they say, and failures of every kind. Arguments: the old answer, the
-- new one, and for how many milliseconds each connection waits before the next request (0).
-- Prints one line: served N before N after N other N failed N slowest_ms N

local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function init(args)
    before, after, other = 0, 0, 0
    old, new = args[1] .. "\n", args[2] .. "\n"
    wait_ms = tonumber(args[3]) or 0
end

function delay()
    return wait_ms
end

function response(status, headers, body)
    if body == old then
        before = before + 1
    elseif body == new then
        after = after + 1
    else
        other = other + 1
    end
end

function done(summary, latency, requests)
    local n = { before = 0, after = 0, other = 0 }
    for _, thread in ipairs(threads) do
        for name in pairs(n) do
            n[name] = n[name] + thread:get(name)
        end
    end
    local e = summary.errors
    print(string.format("served %d before %d after %d other %d failed %d slowest_ms %.1f", summary.requests,
        n.before, n.after, n.other, e.connect + e.read + e.write + e.status + e.timeout, latency.max / 1000))
end
