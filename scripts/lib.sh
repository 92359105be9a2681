# What start and test have in common: find out what the machine has, and get what it lacks. POSIX sh; sourced, not run.

NODE_NEEDED=20.19
FFMPEG_NEEDED=5.1
# Exit code of sidecast itself for "something needed is missing".
EXIT_MISSING=3

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$@"
  exit "$EXIT_MISSING"
}

have() { command -v "$1" >/dev/null 2>&1; }

# at_least HAVE NEEDED: compares major.minor.
at_least() {
  have_major=${1%%.*}
  case $1 in *.*) have_minor=${1#*.} have_minor=${have_minor%%[!0-9]*} ;; *) have_minor=0 ;; esac
  need_major=${2%%.*} need_minor=${2#*.}
  [ "$have_major" -gt "$need_major" ] || { [ "$have_major" -eq "$need_major" ] && [ "${have_minor:-0}" -ge "$need_minor" ]; }
}

need_node() {
  how="Install Node.js $NODE_NEEDED or newer from https://nodejs.org/en/download (or: brew install node, nvm install --lts, fnm install --lts)."
  have node || fail "Sidecast needs Node.js, and there is none in PATH. $how"
  node_version=$(node -p process.versions.node)
  at_least "$node_version" "$NODE_NEEDED" || fail "Sidecast needs Node.js $NODE_NEEDED or newer; this is $node_version. $how"
  have npm || fail "Sidecast needs npm, which comes with Node.js but is not in PATH. $how"
}

package_manager() {
  for manager in apt-get apk dnf pacman brew; do
    if have "$manager"; then
      echo "$manager"
      return
    fi
  done
}

# The command line that installs packages with this machine's package manager.
install_command() {
  case $1 in
    apt-get) echo "apt-get install -y --no-install-recommends" ;;
    apk) echo "apk add" ;;
    dnf) echo "dnf install -y" ;;
    pacman) echo "pacman -S --needed --noconfirm" ;;
    brew) echo "brew install" ;;
  esac
}

# Runs a command as root: as it is, with sudo that asks where somebody can answer, or not at all.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    DEBIAN_FRONTEND=noninteractive "$@" </dev/null
  elif have sudo && [ -t 0 ]; then
    sudo DEBIAN_FRONTEND=noninteractive "$@"
  elif have sudo && sudo -n true 2>/dev/null; then
    sudo -n DEBIAN_FRONTEND=noninteractive "$@" </dev/null
  else
    return 1
  fi
}

# install_packages WHY PACKAGE...: says what it does before it does it. All its output goes to standard error.
install_packages() {
  why=$1
  shift
  manager=$(package_manager)
  [ -n "$manager" ] || { say "Please install $* ($why): no package manager that is known here."; return 1; }
  say "Installing $* with $manager: $why"
  if [ "$manager" = brew ]; then
    brew install "$@" </dev/null >&2
    return
  fi
  if [ "$manager" = apt-get ]; then as_root apt-get update -q >&2 || say "The list of packages could not be renewed; going on with the old one."; fi
  # shellcheck disable=SC2046 # a command and its options are several words
  as_root $(install_command "$manager") "$@" >&2 || {
    say "That did not work or may not be done here. Please run as root: $(install_command "$manager") $*"
    return 1
  }
}

has_build_tools() { have python3 && have make && { have g++ || have clang++; }; }

build_tools() {
  case $(package_manager) in
    apt-get) echo "python3 make g++" ;;
    apk) echo "python3 make g++ linux-headers" ;;
    dnf) echo "python3 make gcc-c++" ;;
    pacman) echo "python make gcc" ;;
    brew) echo "python3 make gcc" ;;
  esac
}

PACKAGES_NEEDED="Installing the npm packages. Where there is no ready-made SQLite for this machine it is compiled, which takes two minutes."

# True when the packages of package.json are there, and no older than it.
has_packages() { [ -f "$root/node_modules/.package-lock.json" ] && [ ! "$root/package.json" -nt "$root/node_modules/.package-lock.json" ]; }

# The packages of package.json, when they are missing or older than it.
need_packages() {
  has_packages && return
  say "$PACKAGES_NEEDED"
  if ! npm_install; then
    has_build_tools && fail "npm install failed; see above."
    # shellcheck disable=SC2046 # several packages
    install_packages "to compile SQLite" $(build_tools) || exit "$EXIT_MISSING"
    npm_install || fail "npm install failed; see above."
  fi
  touch "$root/node_modules/.package-lock.json"
}

npm_install() { compiling install --include=dev --no-audit --no-fund "$@"; }

# npm, where SQLite is compiled: on all processors, and with the optimisation that its makers advise, in a quarter less time.
compiling() {
  (cd "$root" && JOBS=max CFLAGS="${CFLAGS:--O2}" npm "$@" </dev/null >&2)
}

# Prints why this ffmpeg will not do; nothing when it will.
objection_to() {
  version=$("$1" -version 2>/dev/null </dev/null | sed -n '1s/^ffmpeg version \([^ ]*\).*/\1/p')
  [ -n "$version" ] || { echo "does not run"; return; }
  number=${version#n}
  case $number in
    [0-9]*) at_least "$(echo "$number" | sed 's/[^0-9.].*//')" "$FFMPEG_NEEDED" || { echo "is version $version, and $FFMPEG_NEEDED is needed"; return; } ;;
  esac
  "$1" -hide_banner -encoders 2>/dev/null </dev/null | grep -q ' libx264 ' || { echo "was built without libx264"; return; }
  have "$(dirname "$1")/ffprobe" || [ -n "${SIDECAST_FFPROBE_PATH:-}" ] || echo "has no ffprobe beside it"
}

# Where the program itself looks, too: as set, in PATH, where media servers and package managers put it.
ffmpeg_candidates() {
  if [ -n "${SIDECAST_FFMPEG_PATH:-}" ]; then
    echo "$SIDECAST_FFMPEG_PATH"
    return
  fi
  command -v ffmpeg || true
  for folder in /usr/lib/jellyfin-ffmpeg /usr/share/jellyfin-ffmpeg /opt/homebrew/bin /usr/local/bin /usr/bin /Applications/Jellyfin.app/Contents/MacOS; do
    if [ -x "$folder/ffmpeg" ]; then echo "$folder/ffmpeg"; fi
  done
}

has_ffmpeg() {
  objections=
  candidates=$(ffmpeg_candidates)
  while read -r candidate; do
    [ -n "$candidate" ] || continue
    objection=$(objection_to "$candidate")
    [ -n "$objection" ] || return 0
    objections="$objections
  $candidate $objection"
  done <<CANDIDATES
$candidates
CANDIDATES
  return 1
}

need_ffmpeg() {
  has_ffmpeg && return
  hint="Get one with libx264, for instance jellyfin-ffmpeg from https://jellyfin.org/downloads/server, and set SIDECAST_FFMPEG_PATH to it if it is not in PATH."
  [ -z "${SIDECAST_FFMPEG_PATH:-}" ] || fail "SIDECAST_FFMPEG_PATH will not do:$objections"
  install_packages "Sidecast needs ffmpeg $FFMPEG_NEEDED or newer" ffmpeg || fail "$hint"
  has_ffmpeg || fail "There is no ffmpeg that will do:$objections
$hint"
}

# The program, when it is missing or older than its source.
need_build() {
  main=$root/dist/main.js
  if [ -f "$main" ] && [ -z "$(find "$root/src" "$root/package.json" "$root"/tsconfig*.json "$root/scripts/bundle.mjs" -newer "$main" | head -n 1)" ]; then return; fi
  say "Building."
  rm -rf "$root/dist"
  (cd "$root" && npm run --silent build </dev/null >&2) || {
    rm -rf "$root/dist"
    say "The build failed; see above."
    exit 1
  }
  touch "$main"
}
