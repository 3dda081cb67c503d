#!/usr/bin/env bash
# Install the wheel in dist/ in a clean environment, and fit outside the checkout.
# Usage: try_wheel.sh ENVIRONMENT PYTHON [OPTION OF uv pip install]...
set -euo pipefail
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo "$PWD/.uv/bin/uv")
environment=$(realpath -m "$1") python=$2
shift 2

"$uv" venv --quiet --clear --python "$python" "$environment"
"$uv" pip install --quiet --python "$environment" "$@" "$(echo "$PWD"/dist/petfit-*.whl)"
away=$(mktemp -d)
trap 'rm -rf "$away"' EXIT
cd "$away"
unset PYTHONPATH
PATH=$environment/bin:$PATH
for model in ssri emax; do
  petfit models | grep -w "$model" >/dev/null || { echo "the wheel lacks the model $model" >&2; exit 1; }
done
petfit data | grep . >/dev/null || { echo "the wheel lacks its data" >&2; exit 1; }
petfit fit --draws 200 --tune 300 -o fit.nc >log 2>&1 || [ $? = 1 ] || { cat log >&2; exit 1; } # 1: a check failed
petfit report fit.nc -o report.html >/dev/null
echo "the wheel works: $(python -V) $*"
