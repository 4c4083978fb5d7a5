#!/usr/bin/env bash
# Makes Sources/Schemas anew from the descriptors inside the published Python packages. A developer runs it when
# a schema moves; CI does not. Needs python3 with venv, protoc and this package's own protoc-gen-swift.
set -euo pipefail
cd "$(dirname "$0")/.."

grafeas=1.25.0
binary_authorization=1.20.0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" --quiet install "grafeas==$grafeas" "google-cloud-binary-authorization==$binary_authorization"
swift build --product protoc-gen-swift
plugin="$(swift build --show-bin-path)/protoc-gen-swift"

"$work/venv/bin/python" Scripts/schema-descriptors.py "$work/descriptors" >"$work/files"
mkdir "$work/out"
xargs protoc --descriptor_set_in="$work/descriptors" \
  --plugin=protoc-gen-swift="$plugin" --swift_out="$work/out" \
  --swift_opt=Visibility=Package --swift_opt=FileNaming=DropPath --swift_opt=UseAccessLevelOnImports=true <"$work/files"

find Sources/Schemas -name '*.pb.swift' -delete
cp "$work"/out/*.pb.swift Sources/Schemas/
echo "Wrote $(ls Sources/Schemas/*.pb.swift | wc -l) files from grafeas $grafeas and google-cloud-binary-authorization $binary_authorization."
