#!/bin/sh
# Makes the namespace, which keeps histories for 30 days, and Gantry's search attributes. Harmless when run again.
set -eu
until temporal operator cluster health; do sleep 1; done
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 720h
# A new namespace is known to the whole server only after some seconds.
until known=$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE"); do sleep 1; done
for name in GantryService GantryEnvironment GantryPhase GantryRisk GantryOutcome; do
  case "$known" in
    *"$name"*) ;;
    *) temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type Keyword ;;
  esac
done
