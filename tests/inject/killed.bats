# bats file_tags=slow
# The command is killed in the middle: the target goes on, nothing is half done, and the next
# reimport works.
load ../helpers
load sweeps

@test "killed at every ptrace stop" {
    local before
    start_victim "$(default_python)"
    reimports 2
    before=$(victim_state)
    kill_at_every_stop 1
    reimports 2
    assert_same "$before" "$(victim_state)"
}

@test "killed at every third ptrace stop, among blocked threads" {
    start_victim "$(default_python)"
    assert_answer 'zoo.zoo_start(None) > 40' True
    kill_at_every_stop 3
    reimports 2
    zoo_unharmed
    ask 'zoo.zoo_end()' >/dev/null
}

@test "killed at random instants" {
    local before
    start_victim "$(default_python)"
    reimports 2
    before=$(victim_state)
    kill_at_random "${KILLS:-30}"
    reimports 2
    assert_same "$before" "$(victim_state)"
}
