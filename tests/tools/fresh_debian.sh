#!/usr/bin/env bash
# Try the project on a fresh Debian 12 that has python3, python3-venv, make, ca-certificates and
# nothing else: `fresh_debian.sh DIR [COMMAND…]`, as root, from anywhere.
#
# Makes a chroot in DIR/root (its base is kept as a tarball in DIR for the next time), clones the
# last commit into it, and runs each COMMAND there with an empty home; without one, `make run`
# twice, the second time with no network, and says what the tour has left. A COMMAND that starts
# with "user:" runs as an ordinary user, one that starts with "offline:" without a network. The
# mirror, the proxies, the certificates and pip's settings are those of this machine.
set -euo pipefail

[ $# -ge 1 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2; }
[ "$(id -u)" = 0 ] || { echo "a chroot needs root" >&2; exit 2; }
repository=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
root=$folder/root
base=$folder/debian-12.tar

mirror() {
  # The first address that serves the suite, in either format of apt's lists.
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
      awk '$1 == "deb" { for (i = 2; i < NF; i++) if ($i ~ /:\/\// && $(i+1) == "bookworm") print $i }'
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
      awk 'BEGIN { RS = "" } /Suites:[^\n]* bookworm[ \n]/ {
             for (i = 1; i < NF; i++) if ($i == "URIs:") print $(i+1) }'
  } | head -n 1
}

if [ ! -e "$base" ]; then
  from=$(mirror)
  [ -n "$from" ] || { echo "apt on this machine knows no mirror of Debian 12" >&2; exit 1; }
  rm -rf "$folder/base"
  debootstrap --variant=minbase --include=python3,python3-venv,make,ca-certificates \
    bookworm "$folder/base" "$from" >"$folder/debootstrap.log" 2>&1 ||
    { tail -n 20 "$folder/debootstrap.log" >&2; exit 1; }
  rm -f "$folder"/base/var/cache/apt/archives/*.deb
  tar -C "$folder/base" --one-file-system -cf "$base.part" .
  mv "$base.part" "$base"
  rm -rf "$folder/base"
fi

rm -rf --one-file-system "$root"
mkdir -p "$root"
tar -C "$root" -xf "$base"

# What the network of this machine needs: names, certificates, apt's and pip's settings.
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
grep -lsiE 'proxy|retries' /etc/apt/apt.conf.d/* /etc/apt/apt.conf 2>/dev/null |
  xargs -r -I{} cp {} "$root/etc/apt/apt.conf.d/" || true
# (Folders of packages on this machine are not there in the chroot, and the network has them all.)
{ echo '[global]'
  python3 -m pip config list 2>/dev/null | grep -vE "='?(/|file:)" |
    sed -nE "s/^global\.([a-z-]+)='?([^']*)'?$/\1 = \2/p" || true
} >"$root/etc/pip.conf"

# HOME and PATH are those of a new login; only what leads to the network is passed on.
surroundings=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb)
while IFS= read -r line; do surroundings+=("$line"); done < <(
  env | grep -E '^(PIP_[A-EG-Z][A-Z_]*|[A-Za-z_]*_proxy|[A-Z_]*_PROXY|SSL_CERT_[A-Z]*|DISPLAY)=' || true)

source=$root/srv/otklik
git clone --quiet --no-hardlinks "$repository" "$source"
echo "commit $(git -C "$source" log -1 --format=%h), $(cat "$root/etc/debian_version")"
chroot "$root" useradd --create-home resident
[ ! -d "$repository/../shared" ] || cp -R "$repository/../shared" "$root/srv/shared"

inside() {
  local how=() home=/root command=$1
  case $command in
    user:*) how=(setpriv --reuid resident --regid resident --clear-groups); home=/home/resident
      command=${command#user:}; chown -R "$(chroot "$root" id -u resident)" "$source" ;;
  esac
  local net=()
  case $command in offline:*) net=(--net); command=${command#offline:} ;; esac
  echo "== $command ${how[*]:+(as a user) }${net[*]:+(offline)}"
  local begin=$SECONDS status=0
  # A mount and a process space of their own: nothing mounted or started in it is left behind.
  unshare --mount --pid --fork "${net[@]}" bash -euc '
    root=$1; shift
    mount --rbind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/tmp"
    ! [ -d /tmp/.X11-unix ] || { mkdir "$root/tmp/.X11-unix"
      mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"; }
    ip link set lo up 2>/dev/null || true
    exec chroot "$root" "$@"
  ' inside "$root" "${how[@]}" env -i HOME="$home" "${surroundings[@]}" \
    sh -c "cd /srv/otklik && $command" </dev/null || status=$?
  echo "== exit $status after $((SECONDS - begin)) s"
  return "$status"
}

if [ $# -gt 0 ]; then
  for command in "$@"; do inside "$command"; done
  exit
fi
inside "make run"
inside "offline:make run"
pictures=$(find "$source/out/tour" -name '*.png' | wc -l)
echo "$pictures pictures in $source/out/tour"
[ "$pictures" -ge 12 ]
