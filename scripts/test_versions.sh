#!/usr/bin/env bash
# Run the tests with the locked versions on each Python, and with the lowest of pyproject.toml on the first.
# Usage: test_versions.sh "PYTHON..." [OPTION OF pytest]...
set -euo pipefail
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo "$PWD/.uv/bin/uv")
read -ra pythons <<<"$1"
shift
environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT
export NUMBA_CACHE_DIR=$environment/numba

run() { # PYTHON WARNINGS [OPTION OF uv pip install]...
  local python=$1 warnings=$2
  shift 2
  scripts/try_wheel.sh "$environment" "$python" "$@"
  "$uv" pip install --quiet --python "$environment" --group test
  "$environment/bin/pytest" -q -n 2 --dist loadfile -o filterwarnings="$warnings" "${arguments[@]}"
}

arguments=("$@")
for python in "${pythons[@]}"; do
  run "$python" error --constraint requirements.lock
done
run "${pythons[0]}" default --resolution lowest-direct # old versions warn of what newer ones have dropped
