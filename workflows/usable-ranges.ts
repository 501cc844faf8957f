import { keepPatternsUsable } from '../domain/semver-patterns.ts';

/** The SDK freezes what all workflows of a worker share. The worker loads this once into its sandbox, before any workflow (`worker/workflow-bundle.ts`). */
keepPatternsUsable();
