import type { GoProject } from './go-programs.ts';

/** A suite that runs against something real which is too much for every run. */
export interface OnDemandSuite {
  /** Further programs that must be on the PATH, and where they are had. */
  needs: Readonly<Record<string, string>>;
  projects: readonly GoProject[];
}

/** The server and its schema tool, as the images of docker-compose.yml hold them. */
const temporalServer: GoProject = {
  name: 'temporal-server',
  version: '1.32.0',
  go: '1.26.8',
  programs: ['server', 'sql'],
  steps: () => [
    ['install', 'go.temporal.io/server/cmd/server@v1.32.0', 'go.temporal.io/server/cmd/tools/sql@v1.32.0'],
  ],
};

export const kubernetesVersion = '1.33.0';
/** They lie in the repository of Kubernetes itself, whose go.mod points at folders that a module has not. */
const staging = [
  ...['api', 'apiextensions-apiserver', 'apimachinery', 'apiserver', 'cli-runtime', 'client-go'],
  ...['cloud-provider', 'cluster-bootstrap', 'code-generator', 'component-base', 'component-helpers'],
  ...['controller-manager', 'cri-api', 'cri-client', 'csi-translation-lib', 'dynamic-resource-allocation'],
  ...['endpointslice', 'externaljwt', 'kms', 'kube-aggregator', 'kube-controller-manager', 'kube-proxy'],
  ...['kube-scheduler', 'kubectl', 'kubelet', 'metrics', 'mount-utils', 'pod-security-admission'],
  ...['sample-apiserver', 'sample-cli-plugin', 'sample-controller'],
];
const servers = ['kube-apiserver', 'kube-controller-manager'];

/** The control plane, and kwok, which plays the nodes. */
const kubernetes: GoProject = {
  name: 'kubernetes',
  version: kubernetesVersion,
  go: '1.24',
  programs: [...servers, 'kwok'],
  files: {
    'go.mod': [
      'module gantry.test/control-plane\n\ngo 1.24.0\n',
      `require k8s.io/kubernetes v${kubernetesVersion}\n`,
      ...staging.map((name) => `replace k8s.io/${name} => k8s.io/${name} v0${kubernetesVersion.slice(1)}`),
      '',
    ].join('\n'),
    'tools.go': `package tools\n\nimport (\n${servers.map((name) => `\t_ "k8s.io/kubernetes/cmd/${name}"\n`).join('')})\n`,
  },
  steps: (into) => [
    ['mod', 'tidy', '-e'],
    ...servers.map((name) => ['build', '-o', `${into}/${name}`, `k8s.io/kubernetes/cmd/${name}`]),
    ['install', 'sigs.k8s.io/kwok/cmd/kwok@v0.6.1'],
  ],
};

export const suites: Readonly<Record<'cluster' | 'kubernetes', OnDemandSuite>> = {
  cluster: {
    needs: { psql: 'apt-get install postgresql-client', openssl: 'apt-get install openssl' },
    projects: [temporalServer],
  },
  kubernetes: {
    needs: { etcd: 'apt-get install etcd-server', kubectl: 'apt-get install kubernetes-client' },
    projects: [kubernetes],
  },
};
