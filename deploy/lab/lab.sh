#!/bin/sh
# Several instances on one machine as they would be on the internet: own addresses and names, Caddy with https in front,
# nothing in development mode. Needs root, Linux with `ip netns`, caddy, and folkmoot on the PATH.
#     deploy/lab/lab.sh up FOLDER oak ash elm    make and start oak.example, ash.example and elm.example
#     deploy/lab/lab.sh in FOLDER oak COMMAND …  run a command as if on the server of oak.example
#     deploy/lab/lab.sh down FOLDER              stop and remove everything but the folder
# All of it is in namespaces that lead nowhere: no request leaves this machine.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# Addresses of the amateur radio network's test range: public to our guard, and nobody is there.
network=44.128.0
stop() { echo "lab.sh: $1" >&2; exit 1; }
space() { echo "folkmoot-$(basename "$folder")-$1"; }

inside() { # NAME COMMAND …: become the command, with the names, trusted authority and settings of this instance
    name=$1; shift
    exec ip netns exec "$(space "$name")" env SSL_CERT_FILE="$folder/ca/pki/authorities/local/root.crt" \
        FOLKMOOT_DOMAIN="$name.example" FOLKMOOT_DATA_DIR="$folder/$name/data" "$@"
}

start() { # NAME PROGRAM COMMAND …: in the background, with a log and a file for its process id
    name=$1 program=$2; shift 2
    inside "$name" "$@" >>"$folder/$name/$program.log" 2>&1 &
    echo $! >"$folder/$name/$program.pid"
}

wait_for() { # WHAT COMMAND …: until it succeeds, a minute at most
    what=$1; shift
    for _ in $(seq 300); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done
    stop "waited a minute for $what; the logs are in $folder"
}

is_up() (inside "$1" python3 -c "import urllib.request; urllib.request.urlopen('https://$1.example/api/v2/instance')")

make_network() {
    ip netns add "$(space net)"
    ip -n "$(space net)" link add wire type bridge
    ip -n "$(space net)" link set wire up
    number=0
    for name in "$@"; do
        number=$((number + 1))
        ip netns add "$(space "$name")"
        ip -n "$(space net)" link add "$name" type veth peer name eth0 netns "$(space "$name")"
        ip -n "$(space net)" link set "$name" master wire up
        ip -n "$(space "$name")" address add "$network.$number/24" dev eth0
        ip -n "$(space "$name")" link set eth0 up
        ip -n "$(space "$name")" link set lo up
        hosts="${hosts:-127.0.0.1 localhost}
$network.$number $name.example"
    done
    for name in "$@"; do
        mkdir -p "/etc/netns/$(space "$name")"
        echo "$hosts" >"/etc/netns/$(space "$name")/hosts"
    done
}

start_instance() {
    mkdir -p "$folder/$1" && mkdir -p -m 700 "$folder/$1/data"
    # The very file that install.sh installs, with certificates from an authority of the lab's own.
    { printf '{\n\tlocal_certs\n\tskip_install_trust\n\tadmin off\n\tstorage file_system %s/ca\n}\n' "$folder"
      sed "s/^folkmoot\.example\.org {/$1.example {/" "$here/../caddy/Caddyfile"; } >"$folder/$1/Caddyfile"
    start "$1" caddy caddy run --config "$folder/$1/Caddyfile"
    wait_for "the certificate of $1.example" test -s "$folder/ca/certificates/local/$1.example/$1.example.crt"
    start "$1" folkmoot folkmoot serve
}

up() {
    [ "$(id -u)" = 0 ] || stop "only root can make network namespaces"
    for needed in ip caddy folkmoot python3; do command -v $needed >/dev/null || stop "$needed is missing"; done
    [ ! -e "$folder/names" ] || stop "$folder is in use: run lab.sh down $folder first"
    echo "$@" >"$folder/names"
    make_network "$@"
    for name in "$@"; do start_instance "$name"; done
    for name in "$@"; do wait_for "https://$name.example" is_up "$name"; done
}

down() {
    for file in "$folder"/*/*.pid; do [ ! -e "$file" ] || kill "$(cat "$file")" 2>/dev/null || true; done
    for file in "$folder"/*/*.pid; do
        [ ! -e "$file" ] || timeout 30 tail --pid="$(cat "$file")" -f /dev/null || true
        rm -f "$file"
    done
    for name in $(cat "$folder/names") net; do
        ip netns delete "$(space "$name")" || true
        rm -rf "/etc/netns/$(space "$name")"
    done
    rm -f "$folder/names"
}

[ $# -ge 2 ] || stop "say: up FOLDER NAME …, in FOLDER NAME COMMAND …, or down FOLDER"
verb=$1
mkdir -p "$2" && folder=$(cd "$2" && pwd)
shift 2
case $verb in
up) [ $# -gt 0 ] || stop "name at least one instance"; up "$@" ;;
in) [ $# -gt 1 ] || stop "say in FOLDER NAME COMMAND …"; inside "$@" ;;
down) down ;;
*) stop "there is no verb $verb" ;;
esac
