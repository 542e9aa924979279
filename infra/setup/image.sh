#!/bin/sh
# Builds the image of this commit, unless the registry has it, and tells the azd environment its name with the digest.
# Run by `azd up` between two rounds of provisioning: the registry has to be there first, and the apps need the image.
set -eu
cd "$(dirname "$0")/../.."
: "${AZURE_CONTAINER_REGISTRY_ENDPOINT:?run: azd provision}"
: "${PYTHON_IMAGE:?run: azd env set PYTHON_IMAGE python:3.13-slim@sha256:<digest>, see infra/container/Dockerfile}"
registry="${AZURE_CONTAINER_REGISTRY_ENDPOINT%%.*}"
revision="${IMAGE_TAG:-$(git rev-parse --short=12 HEAD)}"

digest() {
    az acr repository show --name "$registry" --image "leads:$revision" --query digest --output tsv 2>/dev/null || true
}

if [ -z "$(digest)" ]; then
    az acr login --name "$registry"
    docker buildx build --platform linux/amd64 --file infra/container/Dockerfile --build-arg "PYTHON=$PYTHON_IMAGE" \
        --build-arg "REVISION=$revision" --tag "$AZURE_CONTAINER_REGISTRY_ENDPOINT/leads:$revision" --push .
fi
built="$(digest)"
[ -n "$built" ] || { echo "The registry does not show leads:$revision after it was pushed." >&2; exit 1; }
azd env set SERVICE_IMAGE "$AZURE_CONTAINER_REGISTRY_ENDPOINT/leads@$built"
