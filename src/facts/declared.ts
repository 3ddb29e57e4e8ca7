/** All facts that conditions of the catalogue may speak of. Adding a fact means adding it here and in `examine.ts`. */
import { agentsShape } from './agents.ts';
import { blocksShape } from './blocks.ts';
import { busyShape } from './busy.ts';
import { contactShape } from './contact.ts';
import { sameFailureShape, sameRelayShape, sameWsusShape, twinsShape } from './fleet.ts';
import { deploymentsShape } from './deployments.ts';
import { diskShape } from './hardware.ts';
import { clockShape, conditionsShape, machineShape, memoryShape, osShape } from './host.ts';
import { installerLogShape } from './installer-log.ts';
import { lifecycleShape } from './lifecycle.ts';
import { cbsShape, updateLogShape } from './log-lines.ts';
import { endpointsShape, proxyShape, tlsShape, wsusProbeShape, wsusShape } from './network.ts';
import { downloadsShape, offeredShape } from './offers.ts';
import { installedShape, waitingShape } from './installed.ts';
import { openShape } from './open-failures.ts';
import { hotfixesShape, rollupShape, secureBootShape } from './packages.ts';
import { auditShape, clientShape, holdsShape, policyShape, startTypeShape } from './policy.ts';
import { restartShape } from './restart.ts';
import { scanShape } from './scan.ts';
import { securityShape } from './security.ts';
import { crashesShape, servicesShape } from './services.ts';
import { sessionShape } from './session.ts';
import { setupShape } from './setup-log.ts';
import type { Fact } from './shape.ts';
import { tasksShape, windowShape } from './tasks.ts';
import { historyShape } from './update-history.ts';
import { componentsShape, storeShape } from './update-store.ts';
import { bootShape, systemShape, winreAgentShape, winreShape } from './volumes.ts';

export const SHAPES = {
  // what failed, what went well
  open: openShape,
  waiting: waitingShape,
  installed: installedShape,
  history: historyShape,
  downloads: downloadsShape,
  offered: offeredShape,
  scan: scanShape,
  restart: restartShape,
  // the host
  os: osShape,
  lifecycle: lifecycleShape,
  machine: machineShape,
  memory: memoryShape,
  conditions: conditionsShape,
  clock: clockShape,
  system: systemShape,
  boot: bootShape,
  winre: winreShape,
  winreAgent: winreAgentShape,
  disk: diskShape,
  secureBoot: secureBootShape,
  services: servicesShape,
  startType: startTypeShape,
  crashes: crashesShape,
  // stores and logs
  store: storeShape,
  components: componentsShape,
  cbs: cbsShape,
  setup: setupShape,
  updateLog: updateLogShape,
  hotfixes: hotfixesShape,
  rollup: rollupShape,
  installerLog: installerLogShape,
  busy: busyShape,
  blocks: blocksShape,
  security: securityShape,
  // the way to the server
  wsus: wsusShape,
  wsusProbe: wsusProbeShape,
  proxy: proxyShape,
  endpoints: endpointsShape,
  tls: tlsShape,
  client: clientShape,
  // decisions
  policy: policyShape,
  holds: holdsShape,
  agents: agentsShape,
  deployments: deploymentsShape,
  tasks: tasksShape,
  window: windowShape,
  audit: auditShape,
  // our own look
  session: sessionShape,
  contact: contactShape,
  // other hosts
  sameWsus: sameWsusShape,
  twins: twinsShape,
  sameRelay: sameRelayShape,
  sameFailure: sameFailureShape,
} as const;

export type FactName = keyof typeof SHAPES;

/** Every fact by name; total, unknown ones included. */
export type Facts = { readonly [K in FactName]: Fact<(typeof SHAPES)[K]> };
