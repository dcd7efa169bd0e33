# setting.bash - sourced: of trials that are about other things than times. Both
# hosts send their first SYN at once, or B's leaves 100 ms later, when A's has
# long been at B's NAT (d is 20 ms). In 2 s a SYN is sent twice.
# shellcheck shell=bash disable=SC2034 # for who sources it
delay=rtt=40 order=timeout=2000 below=skew=0 above=skew=100
