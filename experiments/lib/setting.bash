# setting.bash - sourced: of trials that are about other things than times. d is
# 64 ms, two steps of the kernel's timers, so what they decide keeps away from
# what they do not, and no step sends both hosts' second SYNs (docs/lab.md,
# "Timers"). No third in 1.9 s.
# shellcheck shell=bash disable=SC2034 # for who sources it
delay=rtt=128 order=timeout=1900 below=skew=24 above=skew=104
