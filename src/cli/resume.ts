/** `patchwhy resume`: an interrupted run goes on. What it had finished is judged from disk; only the rest is asked. */
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import type { RunInfo } from '../core/event.ts';
import { hostId, type Host, type HostId } from '../core/host.ts';
import { resumedSource } from '../sources/resumed.ts';
import { openStored, type StoredFleet } from '../sources/stored.ts';
import type { Asked } from '../store/archive.ts';
import { conduct, takeLocks } from './conduct.ts';
import { NoticeBoard } from './notice-board.ts';
import { someOf } from './only.ts';
import { loadRules, rulesDiffer, rulesNotice } from './own-rules.ts';
import { logFileOf, runLock } from './scan.ts';
import { withKept, type ResumeArguments, type ScanArguments } from './scan-options.ts';
import { reopenStorage, type Storage } from './storage.ts';
import { findRun, isComplete, lastUnfinished } from './stored-run.ts';
import { findTargets, limited, type Targets } from './targets.ts';
import { wishesOf } from './wishes.ts';

export async function resumeCommand(typed: ResumeArguments): Promise<ExitCode> {
  const { folder, run: before, asked } = await runToResume(typed.run);
  const rules = loadRules(typed.rules ?? asked.rules);
  const argv = asScan(typed, before, asked);
  const wishes = wishesOf(argv, rules.catalogue);
  const notices = new NoticeBoard();
  const log = await logFileOf(argv, notices);
  const targets = await findTargets(argv, wishes.hostMs);
  const { fleet } = targets;
  using locks = await takeLocks([...(fleet === undefined ? [] : [fleet]), runLock(before)]);
  // Ended meanwhile, by the one who held the lock.
  if (await isComplete(folder)) throw nothingToResume(before);
  const storage = await reopenStorage(folder, (text) => notices.add('warning', 'store', text));
  const stored = await openEvidence(storage);
  const plan = planOf(asked.hosts, stored, targets);
  for (const text of targets.notices) notices.add('warning', 'input', text);
  notices.add(
    'info',
    'resume',
    `${plan.finished.size} of ${plan.hosts.length} hosts were finished`,
  );
  const own = rulesNotice(rules);
  if (own !== undefined) notices.add('info', 'rules', own);
  const differs = rulesDiffer(before.tool.rules, rules.tool.rules);
  if (differs !== undefined) notices.add('warning', 'rules', `the run began ${differs}`);
  for (const text of changes(asked, plan, targets)) notices.add('warning', 'resume', text);
  const source = resumedSource({
    finished: plan.finished,
    stored: stored.source,
    rest: await targets.open(plan.left, notices),
  });
  const run: RunInfo = {
    ...before,
    tool: rules.tool,
  };
  const title = `${targets.title}, resumed`;
  const { hosts } = plan;
  const parts = { argv, wishes, rules, run, hosts, title, source, notices, log, locks };
  return await conduct({ ...parts, storage: keepingOnlyNew(storage, plan.finished) });
}

interface Resumable {
  readonly folder: string;
  readonly run: RunInfo;
  readonly asked: Asked;
}

async function runToResume(word: string | undefined): Promise<Resumable> {
  const stored = word === undefined ? await lastUnfinished() : await findRun(word);
  if (stored === undefined) {
    throw new PatchwhyError(
      'resume.nothing',
      'nothing to resume: no run was interrupted',
      'patchwhy scan begins one; scan --only unreachable asks those again that were not reached',
    );
  }
  const { folder, run, asked } = stored;
  if (asked === undefined) {
    throw new PatchwhyError(
      'resume.nothing',
      `nothing to resume: run ${run.id} asked no hosts`,
      'it judged stored documents: scan --evidence does so again',
    );
  }
  if (await isComplete(folder)) throw nothingToResume(run);
  return { folder, run, asked };
}

function nothingToResume({ id }: RunInfo): PatchwhyError {
  return new PatchwhyError(
    'resume.nothing',
    `nothing to resume: run ${id} came to its end`,
    `scan --only unreachable --from ${id} asks those again that were not reached`,
  );
}

/** What a resumed run has settled already. */
const NOT_ASKED = {
  limit: undefined,
  only: undefined,
  from: undefined,
  evidence: undefined,
  recur: undefined,
  user: undefined,
};

/** The command line that the run began with, as far as it says whom to ask and how. */
function asScan(typed: ResumeArguments, run: RunInfo, asked: Asked): ScanArguments {
  const argv = withKept({ ...NOT_ASKED, ...typed, store: true }, asked.flags);
  if (run.source === 'hosts') return { ...argv, hosts: [...asked.hosts], user: asked.user };
  const inventory = typed.inventory ?? asked.inventories[0];
  if (inventory !== undefined) return { ...argv, inventory };
  throw new PatchwhyError(
    'resume.inventory',
    `run ${run.id} had its inventory from stdin`,
    'give it again with -i FILE',
  );
}

/** What the run brought home. Nothing, when it was ended before its first host was. */
async function openEvidence({ evidence }: Storage): Promise<Pick<StoredFleet, 'hosts' | 'source'>> {
  try {
    if (evidence !== undefined) return await openStored([evidence]);
  } catch (error) {
    if (!(error instanceof PatchwhyError) || error.code !== 'evidence.none') throw error;
  }
  return { hosts: [], source: { look: () => Promise.reject(new Error('nothing is stored')) } };
}

interface Plan {
  /** All hosts of the run, in its order. */
  readonly hosts: readonly Host[];
  readonly finished: ReadonlySet<HostId>;
  /** To be asked. */
  readonly left: readonly Host[];
  /** Left over, and no longer in the inventory. */
  readonly gone: readonly HostId[];
}

function planOf(
  names: readonly string[],
  stored: Pick<StoredFleet, 'hosts'>,
  targets: Pick<Targets, 'hosts'>,
): Plan {
  const done = byName(stored.hosts);
  const current = byName(targets.hosts);
  const finished = new Set<HostId>();
  const left: Host[] = [];
  const gone: HostId[] = [];
  const hosts = names.map((name) => {
    const key = name.toLowerCase();
    const before = done.get(key);
    const now = current.get(key);
    if (before !== undefined) finished.add(before.id);
    else if (now !== undefined) left.push(now);
    else gone.push(hostId(name));
    return before ?? now ?? goneHost(name);
  });
  return { hosts, finished, left, gone };
}

function byName(hosts: readonly Host[]): ReadonlyMap<string, Host> {
  return new Map(hosts.map((host) => [host.id.toLowerCase(), host]));
}

function goneHost(name: string): Host {
  return {
    id: hostId(name),
    address: name,
    labels: {},
    reach: {
      kind: 'unavailable',
      transport: 'none',
      reason: 'no longer in the inventory when the run went on',
    },
    limits: { connectMs: 0, collectMs: 0 },
  };
}

/** Sentences on what the inventory says now and did not say then. */
function changes(asked: Asked, { gone }: Plan, { hosts }: Targets): string[] {
  const known = new Set(asked.hosts.map((name) => name.toLowerCase()));
  const added = meantNow(asked, hosts)
    .map(({ id }) => id)
    .filter((id) => !known.has(id.toLowerCase()));
  return [
    ...(gone.length > 0 ? [`no longer in the inventory, not asked: ${someOf(gone)}`] : []),
    ...(added.length > 0 ? [`new in the inventory, not part of this run: ${someOf(added)}`] : []),
  ];
}

/** A list that is read from elsewhere may be gone, and stdin is somebody else's now. */
const LIST = /(?:^|[,&!\s])(?:@|-(?:$|[,&\s]))/;

/** The hosts that the patterns of the run mean today; none where that cannot be told. */
function meantNow({ patterns, only }: Asked, hosts: readonly Host[]): readonly Host[] {
  if (only !== undefined || patterns.some((pattern) => LIST.test(pattern))) return [];
  try {
    return limited(hosts, patterns);
  } catch (error) {
    if (error instanceof PatchwhyError) return [];
    throw error;
  }
}

/** What was read back is there already. */
function keepingOnlyNew(storage: Storage, finished: ReadonlySet<HostId>): Storage {
  const { keep } = storage;
  if (keep === undefined) return storage;
  return {
    ...storage,
    keep: async (host, look) => (finished.has(host.id) ? undefined : keep(host, look)),
  };
}
