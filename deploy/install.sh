#!/bin/sh
# Installs Folkmoot as a service on Debian or Ubuntu, or upgrades it. Run it as root, from the folder with the source:
#     sudo sh deploy/install.sh folkmoot.example.org
# It may be run again at any time: what is there already, your settings and your data, stays as it is.
set -eu

domain=${1:-}
source=$(cd "$(dirname "$0")/.." && pwd)
data=/var/lib/folkmoot

stop() { echo "install.sh: $1" >&2; exit 1; }
[ "$(id -u)" = 0 ] || stop "run it as root, with sudo"
command -v systemctl >/dev/null || stop "there is no systemd here; see deploy/README.md for other ways"
python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    stop "Python 3.11 or newer with venv is missing. Run: apt install python3-venv"
[ -n "$domain" ] || [ -e $data/folkmoot.toml ] || stop "say which domain: sudo sh deploy/install.sh folkmoot.example.org"

id folkmoot >/dev/null 2>&1 || useradd --system --user-group --home-dir $data --no-create-home --shell /usr/sbin/nologin folkmoot

# A folder under /opt, because the service may not look into anybody's home. Everyone may read the program.
umask 022
[ -x /opt/folkmoot/bin/python ] || python3 -m venv /opt/folkmoot
/opt/folkmoot/bin/python -m pip install --quiet --disable-pip-version-check --upgrade "$source"
ln -sf /opt/folkmoot/bin/folkmoot /usr/local/bin/folkmoot

umask 077
install -d -m 0700 -o folkmoot -g folkmoot $data
if [ ! -e $data/folkmoot.toml ]; then
    printf '# Every setting is explained in README.md.\ndomain = "%s"\n' "$domain" >$data/folkmoot.toml
    chown folkmoot:folkmoot $data/folkmoot.toml
fi

umask 022
install -m 0644 "$source/deploy/systemd/folkmoot.service" /etc/systemd/system/folkmoot.service
systemctl daemon-reload
systemctl enable --quiet folkmoot
systemctl restart folkmoot
sleep 5 # what keeps it from starting, such as a wrong setting or a port in use, shows within moments
systemctl is-active --quiet folkmoot || stop "it did not start. Its log says why: journalctl -u folkmoot -n 20"

# Sites that are in the Caddyfile already stay there.
if [ -d /etc/caddy ] && [ -n "$domain" ] && ! grep -qs "^$domain {" /etc/caddy/Caddyfile; then
    sed "s/^folkmoot\.example\.org {/$domain {/" "$source/deploy/caddy/Caddyfile" >>/etc/caddy/Caddyfile
    systemctl reload-or-restart caddy
fi
echo "Folkmoot runs. Its log: journalctl -u folkmoot"
