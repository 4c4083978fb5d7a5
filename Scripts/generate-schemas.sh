#!/usr/bin/env bash
# Makes Sources/Schemas anew from the descriptors inside the published Python packages and from Sources/Schemas/protos. A
# developer runs it when a schema moves; CI does not. Needs python3 with venv, protoc and this package's own
# protoc-gen-swift.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(grafeas==1.25.0 google-cloud-binary-authorization==1.20.0 google-cloud-containeranalysis==2.23.0
  grpc-google-iam-v1==0.14.6)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" --quiet install "${packages[@]}"
swift build --product protoc-gen-swift
plugin="$(swift build --show-bin-path)/protoc-gen-swift"

"$work/venv/bin/python" Scripts/schema-descriptors.py "$work/descriptors" "$work/fields" >"$work/files"
(cd Sources/Schemas/protos && find . -name '*.proto' -printf '%P\n') >>"$work/files"
mkdir "$work/out"
xargs protoc --descriptor_set_in="$work/descriptors" --proto_path=Sources/Schemas/protos \
  --plugin=protoc-gen-swift="$plugin" --swift_out="$work/out" \
  --swift_opt=Visibility=Package --swift_opt=FileNaming=DropPath --swift_opt=UseAccessLevelOnImports=true <"$work/files"

find Sources/Schemas -name '*.pb.swift' -delete
cp "$work"/out/*.pb.swift Sources/Schemas/
cp "$work/fields" Sources/Schemas/grafeas_fields.pb.swift
echo "Wrote $(ls Sources/Schemas/*.pb.swift | wc -l) files from ${packages[*]} and Sources/Schemas/protos."
