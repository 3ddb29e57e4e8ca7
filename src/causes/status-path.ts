/**
 * The six states in which patch consoles sort hosts, by the first test that is true, with every test kept visible. A
 * view beside the verdict: it says where a host stands, never why.
 */
import {
  STATES,
  type Reason,
  type ReasonId,
  type State,
  type StatusPath,
  type Step,
} from '../core/patch-state.ts';
import type { Pointer } from '../core/verdict.ts';
import type { Facts } from '../facts/declared.ts';
import type { HostFacts } from '../facts/examine.ts';
import { healthGrounds } from './health.ts';
import { inWords, placeOf } from './sentence.ts';

type Result = Omit<Step, 'state'>;

/** The path to a host's state. `host.labels.policy` is the policy that the inventory names. */
export function statusPath(host: HostFacts): StatusPath {
  const steps = STATES.map((state): Step => ({ state, ...TESTS[state](host) }));
  const first = steps.findIndex(({ holds }) => holds === 'true');
  const before = first === -1 ? steps : steps.slice(0, first);
  return {
    state: steps[first]?.state ?? null,
    steps,
    unsure: before.filter(({ holds }) => holds === 'unknown').map(({ state }) => state),
  };
}

const TESTS: Readonly<Record<State, (host: HostFacts) => Result>> = {
  'no-policy': hasNoPolicy,
  'no-data': hasNoData,
  'reboot-required': needsRestart,
  'install-error': hasInstallError,
  'approved-pending': hasPending,
  'fully-patched': isFullyPatched,
};

/** [DAT-36] Nothing targets the host: neither the inventory, nor an agent, nor a policy in its registry. */
function hasNoPolicy({ labels, facts }: HostFacts): Result {
  const { agents, deployments, policy } = facts;
  const named = labels['policy'];
  if (named !== undefined && named !== '')
    return no('policy-in-inventory', '/labels/policy', named);
  const covered = agents.all.find((agent) => agent.policy === 'yes');
  if (covered !== undefined)
    return no('policy-of-agent', placeOf(covered, 'policy'), covered.product);
  const set = policyValueIn(policy);
  if (set !== undefined) return no('policy-value', placeOf(policy, set), set);
  const [deployment] = deployments.rows;
  if (deployment !== undefined) return no('deployed', deployment.from, deployment.name);
  const bare = agents.all.find((agent) => agent.policy === 'no');
  if (bare !== undefined) return yes('agent-without-policy', placeOf(bare, 'policy'), bare.product);
  if (!policy.known) return couldNotLook('windowsUpdate.policy');
  if (!agents.known) return couldNotLook('agents');
  if (agents.all.length > 0) return couldNotLook('agents[].policyAssigned');
  return yes('nothing-covers', policy.from);
}

/** A value that somebody has to have set; -1 stands for "not set". */
function policyValueIn(policy: Facts['policy']): keyof Facts['policy'] | undefined {
  const numbers = [
    'noAutoUpdate',
    'auOptions',
    'accessDisabled',
    'noInternetLocations',
    'disableDualScan',
    'deferQualityDays',
    'deferFeatureDays',
    'qualitySource',
    'featureSource',
    'useWUServer',
  ] as const;
  if (policy.targetSet) return 'target';
  return numbers.find((name) => policy.known && policy[name] >= 0);
}

/** [DAT-37, 55, 57] No usable evidence of patches: not reached, nothing to search with, or the last search failed. */
function hasNoData({ facts }: HostFacts): Result {
  const { contact, services, scan, open, offered, deployments } = facts;
  if (contact.known) return yes('contact', contact.from, contact.stage, contact.code);
  const service = services.all.find(({ id }) => id === 'wuauserv');
  if (service?.isOff === true) return yes('service-off', service.from, service.name);
  if (scan.failing) return yes('search-fails', placeOf(scan, 'code'), inWords(scan.code));
  if (offered.known) return no('search-told', offered.from);
  if (deployments.known) return no('agent-told', deployments.from);
  if (open.known) return no('history-told', open.from);
  return yes('nothing-told', '');
}

/** [DAT-38] */
function needsRestart({ facts: { restart } }: HostFacts): Result {
  if (!restart.known) return couldNotLook('reboot');
  if (!restart.due && !restart.stuck) return no('no-restart', restart.from);
  return yes('restart-due', placeOf(restart, 'span'), inWords(restart.since));
}

/** Installations this close together are one run. */
const ONE_RUN_MS = 24 * 3_600_000;

/** [DAT-39] An error in the most recent run of installations; one before it does not count, and is named. */
function hasInstallError({ facts: { open, installed, waiting } }: HostFacts): Result {
  if (!open.known) return couldNotLook('windowsUpdate.history');
  const newest = Math.max(
    installed.newest.getTime(),
    waiting.newest.getTime(),
    ...open.installs.map(({ at }) => at.getTime()),
  );
  const tell = (
    id: 'failed' | 'failed-before',
    { name, at, code, from }: (typeof open.installs)[number],
  ): Reason => ({
    id,
    values: [name, inWords(at), code === '' ? '-' : code],
    pointer: from,
  });
  const recent = open.installs.filter(({ at }) => newest - at.getTime() <= ONE_RUN_MS);
  const undone = installed.undone.map(({ name, running, build, from }) =>
    reason('undone', from, name, running, build),
  );
  if (recent.length + undone.length > 0)
    return { holds: 'true', because: [...recent.map((one) => tell('failed', one)), ...undone] };
  if (open.installs.length === 0) return no('nothing-failed', open.from);
  return { holds: 'false', because: open.installs.map((one) => tell('failed-before', one)) };
}

/** [DAT-40] Approved and not there: by an agent's list, else by what the search offers, which policy has let through. */
function hasPending({ facts: { deployments, offered } }: HostFacts): Result {
  const missing = deployments.rows.filter(
    ({ approval, detection }) => approval === 'approved' && detection === 'notPatched',
  );
  const rows = [
    ...missing.map(({ name, from }) => reason('approved-missing', from, name)),
    ...offered.updates.map(({ name, from }) => reason('offered', from, name)),
  ];
  if (rows.length > 0) return { holds: 'true', because: rows };
  if (offered.known) return no('nothing-offered', offered.from);
  if (deployments.known) return no('nothing-missing', deployments.from);
  return couldNotLook('windowsUpdate.applicable');
}

/** [DAT-41, 59] Needs positive grounds: that nothing was found is none. */
function isFullyPatched(host: HostFacts): Result {
  const pending = hasPending(host);
  if (pending.holds === 'true') return { holds: 'false', because: pending.because };
  const grounds = healthGrounds(host);
  if (grounds.length > 0)
    return { holds: 'true', because: grounds.map((ground) => reason('ground', '', ground)) };
  const blockers = [needsRestart(host), hasInstallError(host)].find(
    ({ holds }) => holds === 'true',
  );
  if (blockers !== undefined) return { holds: 'false', because: blockers.because };
  return couldNotLook('windowsUpdate.lastScanSuccess');
}

function reason(id: ReasonId, pointer: Pointer, ...values: readonly string[]): Reason {
  return { id, values, pointer };
}

function yes(...words: Parameters<typeof reason>): Result {
  return { holds: 'true', because: [reason(...words)] };
}

function no(...words: Parameters<typeof reason>): Result {
  return { holds: 'false', because: [reason(...words)] };
}

/** `section` as the evidence document names it. */
function couldNotLook(section: string): Result {
  return { holds: 'unknown', because: [reason('could-not-look', '', section)] };
}
