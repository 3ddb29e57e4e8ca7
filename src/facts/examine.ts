/**
 * From one look at one host to what is true of it. Everything is derived once, here, from one document: no clock, no
 * files, no other hosts. Where it could not look, the fact is unknown.
 */
import type { ContactFailure } from '../core/contact.ts';
import type { Evidence } from '../core/look.ts';
import type { Discrepancy, Unread } from '../core/verdict.ts';
import { agentsFact } from './agents.ts';
import { blocksFact } from './blocks.ts';
import { busyFact } from './busy.ts';
import { contactFact, contactShape } from './contact.ts';
import type { Facts } from './declared.ts';
import { SHAPES } from './declared.ts';
import { ALONE } from './fleet.ts';
import { deploymentsFact } from './deployments.ts';
import { discrepanciesOf } from './discrepancies.ts';
import { diskFact } from './hardware.ts';
import { clockFact, conditionsFact, machineFact, memoryFact, osFact } from './host.ts';
import { installerLogFact } from './installer-log.ts';
import type { Knowledge } from './knowledge.ts';
import { lifecycleFact } from './lifecycle.ts';
import { cbsFact, updateLogFact } from './log-lines.ts';
import { pathFacts, tlsFact, wsusFact } from './network.ts';
import { downloadsFact, offeredFact } from './offers.ts';
import { installations, troubleSince } from './open-failures.ts';
import { hotfixesFact, rollupFact, secureBootFact } from './packages.ts';
import { auditFact, clientFact, holdsFact, policyFact, startTypeFact } from './policy.ts';
import { openEvidence } from './reading.ts';
import { restartFact } from './restart.ts';
import { scanFact } from './scan.ts';
import { securityFact } from './security.ts';
import { crashesFact, servicesFact } from './services.ts';
import { sessionFact } from './session.ts';
import { setupFact } from './setup-log.ts';
import type { Shape } from './shape.ts';
import { unknown } from './shape.ts';
import { tasksFact, windowFact } from './tasks.ts';
import { historyFact } from './update-history.ts';
import { componentsFact, storeFact } from './update-store.ts';
import { bootFact, systemFact, winreAgentFact, winreFact } from './volumes.ts';

export interface HostFacts {
  readonly host: string;
  readonly labels: Readonly<Record<string, string | undefined>>;
  readonly facts: Facts;
  /** Sections, or parts of them, that were asked for and refused. */
  readonly unread: readonly Unread[];
  /** Where its sources do not agree. */
  readonly discrepancies: readonly Discrepancy[];
}

/** Facts of an evidence document. `knowledge` are the catalogue's tables. */
export function examine(evidence: Evidence, knowledge: Knowledge): HostFacts {
  const reading = openEvidence(evidence);
  const told = installations(reading, knowledge);
  const { installs } = told;
  const scan = scanFact(reading, installs);
  const wsus = wsusFact(reading);
  const offered = offeredFact(reading);
  const deployments = deploymentsFact(reading, installs);
  const facts: Facts = {
    ...installs,
    history: historyFact(reading),
    downloads: downloadsFact(reading),
    offered,
    scan,
    restart: restartFact(reading, installs),
    os: osFact(reading),
    lifecycle: lifecycleFact(reading, knowledge, installs),
    machine: machineFact(reading),
    memory: memoryFact(reading),
    conditions: conditionsFact(reading),
    clock: clockFact(reading),
    system: systemFact(reading),
    boot: bootFact(reading),
    winre: winreFact(reading),
    winreAgent: winreAgentFact(reading, installs),
    disk: diskFact(reading),
    secureBoot: secureBootFact(reading, troubleSince(installs)),
    services: servicesFact(reading),
    startType: startTypeFact(reading),
    crashes: crashesFact(reading, scan, installs),
    store: storeFact(reading, scan, installs),
    components: componentsFact(reading),
    cbs: cbsFact(reading, installs),
    setup: setupFact(reading, installs),
    updateLog: updateLogFact(reading),
    hotfixes: hotfixesFact(reading),
    rollup: rollupFact(reading),
    installerLog: installerLogFact(reading, installs),
    busy: busyFact(reading),
    blocks: blocksFact(reading, installs),
    security: securityFact(reading, installs),
    wsus,
    ...pathFacts(reading, wsus),
    tls: tlsFact(reading, scan),
    client: clientFact(reading),
    policy: policyFact(reading),
    holds: holdsFact(reading),
    agents: agentsFact(reading),
    deployments,
    tasks: tasksFact(reading, { installed: installs.installed, offered, deployments }),
    window: windowFact(reading),
    audit: auditFact(reading),
    session: sessionFact(reading),
    contact: unknown(contactShape),
    ...ALONE,
  };
  return {
    host: evidence.host,
    labels: evidence.labels ?? {},
    facts,
    unread: reading.unread,
    discrepancies: discrepanciesOf(told, facts),
  };
}

/** Facts of a contact document: only how contact ended is known. */
export function examineContact(document: ContactFailure): HostFacts {
  const facts: Facts = { ...nothingKnown(), contact: contactFact(document) };
  return {
    host: document.host,
    labels: document.labels ?? {},
    facts,
    unread: [],
    discrepancies: [],
  };
}

function nothingKnown(): Facts {
  const facts = Object.entries<Shape>(SHAPES).map(
    ([name, shape]) => [name, unknown(shape)] as const,
  );
  return Object.fromEntries(facts) as unknown as Facts;
}
