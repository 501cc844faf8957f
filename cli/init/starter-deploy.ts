/** A first deploy.sh: it succeeds without deploying anything, says so, and shows where the real commands go. */
export function starterDeployScript(service: string, hasDockerfile: boolean): string {
  const example = hasDockerfile
    ? [
        '    # For example, with the Dockerfile of this folder:',
        `    #   docker pull "registry.example.com/${service}:$version"`,
        `    #   docker rm --force "${service}-$environment" 2>/dev/null || true`,
        `    #   docker run --detach --name "${service}-$environment" "registry.example.com/${service}:$version"`,
      ]
    : ['    # For example:', `    #   ssh "$environment.example.com" "systemctl start ${service}@$version"`];
  return `${[
    '#!/bin/sh',
    '# Gantry calls this script, as gantry.yaml says:',
    '#   ./deploy.sh apply ENVIRONMENT VERSION    brings VERSION into ENVIRONMENT',
    '#   ./deploy.sh undo ENVIRONMENT VERSION     brings the version before back; "none" where there was none',
    '# Exit 0 means done, 1 failed, 75 try again later. It may be called again after a lost answer and must bear that;',
    '# GANTRY_OPERATION_ID is the same then.',
    'set -eu',
    '',
    'action=${1:?apply or undo}',
    'environment=${2:?which environment}',
    'version=${3:?which version}',
    '',
    'case "$action" in',
    '  apply)',
    ...example,
    `    echo "sample: nothing was deployed; ${service} $version would go to $environment now"`,
    '    ;;',
    '  undo)',
    '    # Put the commands that bring $version back here. They must also work when apply never happened.',
    `    echo "sample: nothing was undone; ${service} in $environment would go back to $version now"`,
    '    ;;',
    '  *)',
    '    echo "unknown action: $action" >&2',
    '    exit 64',
    '    ;;',
    'esac',
  ].join('\n')}\n`;
}
