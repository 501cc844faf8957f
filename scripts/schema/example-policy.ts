/** The example of the configuration reference; a test checks it like any gantry.yaml. */
export const examplePolicy = `gantry: 1
organisation: { name: Acme, zone: Europe/Berlin, onCall: [dana] }

people:
  - { id: ana, name: Ana Lopez, email: ana@acme.test, zone: Europe/Madrid, team: web, roles: [qa] }
  - { id: ben, name: Ben Okoro, email: ben@acme.test, team: core, roles: [security], aliases: [ben@home.test] }
  - { id: dana, name: Dana Weiss, email: dana@acme.test, access: [viewer, approver, operator] }

environments:
  - { id: staging }
  - id: production
    production: true
    exclusive: true
    labels: [eu]
    reservations: refuse
    windows: [{ id: office-hours, rrule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH", start: 2026-01-05T09:00, duration: 7h }]

services:
  - id: payments
    owner: dana
    versions: "^2.0.0"
    pipeline: web
    locks: [db:orders]
  - id: shop
    owner: dana
    dependsOn: [payments]
    source: { git: ./shop, branch: main, tag: "v{version}", versions: ">=1.0.0" }
    pipeline: web

pipelines:
  web:
    - environment: staging
      checks:
        - { id: unit, kind: command, run: [make, test], report: { junit: report.xml } }
        - { id: audit, kind: command, run: [scanner, --sarif, out.sarif], report: { sarif: out.sarif }, fail: { level: error } }
        - { id: home, kind: http, url: "https://staging.acme.test/{{service}}", expect: { status: 200, contains: Welcome } }
      deploy:
        kind: command
        apply: [./deploy.sh, apply, "{{environment}}", "{{version}}"]
        undo: [./deploy.sh, undo, "{{environment}}", "{{previousVersion}}"]

    - environment: production
      approvals:
        - { role: qa, atLeast: 1 }
        - { role: security, atLeast: 1, not: [author, requester] }
      approval: { expires: 72h, onExpiry: close, grace: 5m }
      deploy:
        kind: http
        apply: { url: "https://deploy.acme.test/jobs", headers: { authorization: "secret://DEPLOY_TOKEN" } }
        undo: { url: "https://deploy.acme.test/jobs", headers: { authorization: "secret://DEPLOY_TOKEN" } }
        follow: { url: "https://deploy.acme.test/jobs/{{job}}" }
        steps: [{ weight: 10, hold: 5m }, { weight: 50, hold: 10m }, { weight: 100 }]
      analysis:
        - id: errors
          kind: prometheus
          url: http://prometheus.acme.test:9090
          query: 'sum(rate(errors_total{version="{{version}}"}[1m])) / sum(rate(requests_total{version="{{version}}"}[1m]))'
          failWhen: value > 0.02
          interval: 30s
          maxFailures: 2
      observe: { soak: 30m }

freezes:
  - id: black-friday
    from: 2026-11-26T00:00
    to: 2026-12-01T00:00
    scope: { labels: [eu] }
    owner: dana
    reason: The busiest days of the year.
    except: [hotfix]
  - { id: year-end, start: 2026-12-20T00:00, rrule: FREQ=YEARLY, duration: 14d, inFlight: finish }

trains:
  - id: weekly
    captain: dana
    departure: { rrule: FREQ=WEEKLY;BYDAY=TU, start: 2026-01-06T14:00 }
    cutoff: 2h
    services: [payments, { service: shop, required: true }]
    mode: lockstep
    to: production
`;
