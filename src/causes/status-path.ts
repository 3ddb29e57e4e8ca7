/**
 * The six states in which patch consoles sort hosts, by the first test that is true, with every test kept visible. A
 * view beside the verdict: it says where a host stands, never why.
 */
import {
  STATES,
  type Reason,
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
    return no(`the inventory names the policy ${named}`, '/labels/policy');
  const covered = agents.all.find((agent) => agent.policy === 'yes');
  if (covered !== undefined)
    return no(`${covered.product} has a policy for it`, placeOf(covered, 'policy'));
  const set = policyValueIn(policy);
  if (set !== undefined) return no(`${set} is set by policy`, placeOf(policy, set));
  const [deployment] = deployments.rows;
  if (deployment !== undefined) return no(`${deployment.name} is deployed to it`, deployment.from);
  const bare = agents.all.find((agent) => agent.policy === 'no');
  if (bare !== undefined)
    return yes(`${bare.product} says that no policy covers it`, placeOf(bare, 'policy'));
  if (!policy.known) return couldNotLook('the policy of Windows Update');
  if (!agents.known && !policy.isUnmanaged) return couldNotLook('management agents');
  if (agents.all.length > 0) return couldNotLook("the agents' own policies");
  return yes('no policy of Windows Update is set, and no agent covers it', policy.from);
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
  if (contact.known)
    return yes(`contact ended at ${contact.stage} with ${contact.code}`, contact.from);
  const service = services.all.find(({ id }) => id === 'wuauserv');
  if (service?.isOff === true)
    return yes(`the service ${service.name} is ${service.mode}`, service.from);
  if (scan.failing)
    return yes(`the search for updates fails with ${inWords(scan.code)}`, placeOf(scan, 'code'));
  if (offered.known) return no('what the search found is there', offered.from);
  if (deployments.known) return no('an agent tells of its patches', deployments.from);
  if (open.known) return no('the history of installations is there', open.from);
  return yes('neither history nor search nor agent says anything of patches', '');
}

/** [DAT-38] */
function needsRestart({ facts: { restart } }: HostFacts): Result {
  if (!restart.known) return couldNotLook('wishes for a restart');
  if (!restart.due && !restart.stuck) return no('nothing of servicing waits for one', restart.from);
  return yes(`a restart is due ${inWords(restart.span)}`, placeOf(restart, 'span'));
}

/** Installations this close together are one run. */
const ONE_RUN_MS = 24 * 3_600_000;

/** [DAT-39] An error in the most recent run of installations; one before it does not count, and is named. */
function hasInstallError({ facts: { open, installed, waiting } }: HostFacts): Result {
  if (!open.known) return couldNotLook('the history of installations');
  const newest = Math.max(
    installed.newest.getTime(),
    waiting.newest.getTime(),
    ...open.installs.map(({ at }) => at.getTime()),
  );
  const tell = ({ name, at, code, from }: (typeof open.installs)[number]): Reason => ({
    text: `${name} failed at ${inWords(at)} with ${code === '' ? 'no code' : code}`,
    pointer: from,
  });
  const recent = open.installs.filter(({ at }) => newest - at.getTime() <= ONE_RUN_MS);
  if (recent.length > 0) return { holds: 'true', because: recent.map(tell) };
  if (open.installs.length === 0) return no('nothing that failed is still open', open.from);
  const older = open.installs.map((one) => ({
    ...tell(one),
    text: `${tell(one).text}, before the most recent run`,
  }));
  return { holds: 'false', because: older };
}

/** [DAT-40] Approved and not there: by an agent's list, else by what the search offers, which policy has let through. */
function hasPending({ facts: { deployments, offered } }: HostFacts): Result {
  const missing = deployments.rows.filter(
    ({ approval, detection }) => approval === 'approved' && detection === 'notPatched',
  );
  const rows = [
    ...missing.map(({ name, from }) => ({
      text: `${name} is approved and missing`,
      pointer: from,
    })),
    ...offered.updates.map(({ name, from }) => ({ text: `${name} is offered`, pointer: from })),
  ];
  if (rows.length > 0) return { holds: 'true', because: rows };
  if (offered.known) return no('the search offers nothing', offered.from);
  if (deployments.known) return no('no approved patch is missing', deployments.from);
  return couldNotLook('what is offered or approved');
}

/** [DAT-41, 59] Needs positive grounds: that nothing was found is none. */
function isFullyPatched(host: HostFacts): Result {
  const pending = hasPending(host);
  if (pending.holds === 'true') return { holds: 'false', because: pending.because };
  const grounds = healthGrounds(host);
  if (grounds.length > 0)
    return { holds: 'true', because: grounds.map((text) => ({ text, pointer: '' })) };
  const blockers = [needsRestart(host), hasInstallError(host)].find(
    ({ holds }) => holds === 'true',
  );
  if (blockers !== undefined) return { holds: 'false', because: blockers.because };
  return couldNotLook('anything that proves it');
}

function yes(text: string, pointer: Pointer): Result {
  return { holds: 'true', because: [{ text, pointer }] };
}

function no(text: string, pointer: Pointer): Result {
  return { holds: 'false', because: [{ text, pointer }] };
}

function couldNotLook(at: string): Result {
  return { holds: 'unknown', because: [{ text: `could not look at ${at}`, pointer: '' }] };
}
