import { globMatcher } from '../glob.ts';
import type { ConfigurationGroup } from './model.ts';

/** Which files of a repository mean what. Patterns as in `.gitignore` without its negations: `**`, `*`, `?`, `{a,b}`. */
export interface RiskPaths {
  /** Generated and lock files: they do not count towards the size. */
  ignore: readonly string[];
  migrations: readonly string[];
  contract: readonly string[];
  settings: readonly string[];
  secrets: readonly string[];
  infrastructure: readonly string[];
}

export const usualPaths: RiskPaths = {
  ignore: [
    '**/{package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,bun.lock}',
    '**/{Cargo.lock,go.sum,poetry.lock,uv.lock,Gemfile.lock,composer.lock}',
    '**/{dist,build,generated,vendor,node_modules}/**',
    '**/*.{min.js,min.css,snap,map}',
    '**/*{.generated,_pb,.pb}.*',
  ],
  migrations: [
    '**/{migrations,migration,migrate,Migrations}/**',
    '**/alembic/versions/**',
    '**/{db,database,liquibase}/changelog/**',
    '**/*.migration.*',
  ],
  contract: [
    '**/*.{proto,avsc,graphql,gql,wsdl,xsd}',
    '**/{openapi,swagger,asyncapi}*.{yaml,yml,json}',
    '**/*.schema.json',
  ],
  settings: [
    '**/{config,configuration,settings}/**',
    '**/*.{properties,toml,ini,conf}',
    '**/{application,appsettings,config,settings}*.{yaml,yml,json}',
  ],
  secrets: ['**/.env*', '**/*secret*.{yaml,yml,json}', '**/*.sops.*', '**/*.{sealed,enc}'],
  infrastructure: [
    '**/*.{tf,tfvars,bicep}',
    '**/{Dockerfile,Dockerfile.*,docker-compose*.yml,compose.yaml}',
    '**/{k8s,kubernetes,helm,charts,terraform,deploy}/**',
  ],
};

/** A pattern over whole paths with `/`. A pattern without `/` means files of that name in any folder. */
const pathPattern = (pattern: string): ((path: string) => boolean) =>
  globMatcher(pattern.includes('/') ? pattern : `**/${pattern}`, { braces: true });

/** Whether a path is meant by any of the patterns. */
export function pathMatcher(patterns: readonly string[]): (path: string) => boolean {
  const matchers = patterns.map(pathPattern);
  return (path) => matchers.some((matches) => matches(path));
}

/** The groups of configuration that a change touches, each once, in a fixed order. A secret's file is no mere setting. */
export function configurationGroupsOf(
  paths: readonly string[],
  patterns: Pick<RiskPaths, 'settings' | 'secrets' | 'infrastructure'>,
): { groups: ConfigurationGroup[]; evidence: string[] } {
  const [isSecret, isInfrastructure, isSetting] = [
    pathMatcher(patterns.secrets),
    pathMatcher(patterns.infrastructure),
    pathMatcher(patterns.settings),
  ];
  const found: Record<ConfigurationGroup, string[]> = { setting: [], secret: [], infrastructure: [] };
  for (const path of paths) {
    if (isSecret(path)) found.secret.push(path);
    else if (isInfrastructure(path)) found.infrastructure.push(path);
    else if (isSetting(path)) found.setting.push(path);
  }
  const groups = (['setting', 'secret', 'infrastructure'] as const).filter(
    (group) => found[group].length > 0,
  );
  return { groups, evidence: groups.flatMap((group) => found[group].map((path) => `${group}: ${path}`)) };
}
