/**
 * Every patch that an evidence document speaks of, in the words of patch consoles. Two rules decide: what a host has is
 * told by detection only, never by a job that says it went well; and a detection counts only for what happened before it.
 */
import type {
  Approval,
  Deployment,
  Detection,
  HostPatch,
  LifeStep,
  Offer,
  PatchStatus,
} from '../core/host-patch.ts';
import type { Evidence } from '../core/look.ts';
import { classificationOf } from './classification.ts';
import { keyOf, type Attempt, attemptsIn } from '../facts/attempts.ts';
import type { Knowledge } from '../facts/knowledge.ts';
import { installations, type Installations } from '../facts/open-failures.ts';
import { DAY, field, openEvidence, type Reading, timeOf } from '../facts/reading.ts';
import { resultCode, SUCCESS } from '../facts/result-code.ts';
import { familyOf, kbIn } from '../facts/update-family.ts';
import { type Revisions, revisionsOf, type Update, updatesIn } from '../facts/updates.ts';

type Applicable = NonNullable<NonNullable<Evidence['windowsUpdate']>['applicable']>[number];
type Row = NonNullable<NonNullable<Evidence['agents']>[number]['deployments']>[number];

/** All that speaks of one patch. */
interface Voices {
  readonly key: string;
  update?: Update;
  offer?: { readonly value: Applicable; readonly from: string };
  hotfix?: { readonly at: number; readonly from: string };
  pack?: { readonly state: string; readonly at: number; readonly from: string };
  row?: { readonly value: Row; readonly from: string };
  /** From event 44 (download) or 43 (installation) on. */
  steps: LifeStep[];
  title: string;
  kb: string;
}

/** @returns one row a patch; none for a patch that nothing speaks of, which is not the same as "not installed". */
export function hostPatches(evidence: Evidence, knowledge: Knowledge): readonly HostPatch[] {
  const reading = openEvidence(evidence);
  const revisions = revisionsOf(reading, knowledge);
  const { installs } = installations(reading, knowledge);
  const all = gather(reading, updatesIn(attemptsIn(reading), revisions));
  const context: Context = { reading, revisions, installs, searchedAt: lastSearch(reading) };
  return [...all.values()].map((voices) => patchOf(voices, context));
}

interface Context {
  readonly reading: Reading;
  readonly revisions: Revisions;
  readonly installs: Installations;
  /** When the host last searched with success; 0 when nothing tells. */
  readonly searchedAt: number;
}

function lastSearch({ evidence, past }: Reading): number {
  const { scan, lastScanSuccess } = evidence.windowsUpdate ?? {};
  const own = scan?.result?.startsWith('succeeded') === true ? past(timeOf(scan.at)) : 0;
  return Math.max(own, past(timeOf(lastScanSuccess)));
}

function gather(
  reading: Reading,
  updates: ReadonlyMap<string, Update>,
): ReadonlyMap<string, Voices> {
  const all = new Map<string, Voices>();
  const voices = (key: string, kb: string, title: string): Voices => {
    const known = all.get(key) ?? { key, kb, title: '', steps: [] };
    // Packages and hotfixes go by their number; whoever has words for it is asked first.
    if (known.title === '' && title !== kb) known.title = title;
    all.set(key, known);
    return known;
  };
  const { evidence } = reading;
  for (const [position, value] of (evidence.windowsUpdate?.applicable ?? []).entries()) {
    const kb = value.kb ?? kbIn(value.title);
    const from = `/windowsUpdate/applicable/${position}`;
    voices(keyOf(kb, value.updateId, value.title), kb, value.title).offer = { value, from };
  }
  for (const update of updates.values()) {
    const kb = update.attempts.find((one) => one.kb !== '')?.kb ?? '';
    const told = update.attempts.find((one) => one.title !== '' && one.source !== 'servicing');
    voices(update.key, kb, told?.title ?? update.attempts[0]?.title ?? '').update = update;
  }
  for (const [agent, { deployments }] of (evidence.agents ?? []).entries()) {
    for (const [position, value] of (deployments ?? []).entries()) {
      const title = value.title ?? '';
      const kb = value.kb ?? kbIn(title);
      const from = `/agents/${agent}/deployments/${position}`;
      voices(keyOf(kb, undefined, title), kb, title).row = { value, from };
    }
  }
  for (const [position, { kb, installedOn }] of (evidence.hotfixes ?? []).entries()) {
    const name = kb.toUpperCase();
    const at = reading.past(timeOf(installedOn));
    voices(name, name, '').hotfix = { at, from: `/hotfixes/${position}` };
  }
  for (const [position, { name, state, installedAt }] of (evidence.packages ?? []).entries()) {
    const kb = kbIn(name);
    if (kb === '') continue; // rollups carry their number nowhere; the running build tells of them
    const at = reading.past(timeOf(installedAt));
    voices(kb, kb, '').pack = { state, at, from: `/packages/${position}` };
  }
  for (const step of startsIn(reading)) all.get(step.key)?.steps.push(step.life);
  return all;
}

/** Event 44: a download began; 43: an installation began (Microsoft-Windows-WindowsUpdateClient). */
function startsIn(reading: Reading): { readonly key: string; readonly life: LifeStep }[] {
  return reading.events('windowsupdateclient', 43, 44).map(({ event, at, from }) => {
    const title = field(event, 'updateTitle');
    return {
      key: keyOf(kbIn(title), field(event, 'updateGuid'), title),
      life: {
        at,
        what: event.id === 44 ? 'downloading' : 'started',
        code: '',
        count: event.count ?? 1,
        from,
      },
    };
  });
}

function patchOf(voices: Voices, context: Context): HostPatch {
  const { key, kb, title, update, offer, hotfix, pack, row } = voices;
  const name = kb || title || key;
  const deployment = deploymentOf(voices, context);
  const detection = detectionOf(voices, deployment, context);
  const approval = approvalOf(voices);
  const status = statusOf({ name, deployment, detection, approval, voices }, context);
  const isKnownInstaller =
    deployment.at !== undefined && (deployment.state === 'success' || status === 'reboot-required');
  return {
    key,
    kb,
    title: title || kb || key,
    family:
      update?.family ??
      (offer?.value.type === 'driver'
        ? 'driver'
        : familyOf({ kb, title, code: '', isFromWindows: row === undefined || kb !== '' })),
    status,
    detection,
    deployment,
    approval,
    installedAt: status === 'installed' ? installedAt(deployment, hotfix?.at, pack?.at) : undefined,
    isByOtherMeans:
      status === 'installed' &&
      !isKnownInstaller &&
      (hotfix?.at ?? 0) === 0 &&
      (pack?.at ?? 0) === 0,
    isClaimOnly:
      (deployment.state === 'success' || deployment.state === 'success-restart') &&
      detection.state !== 'installed',
    offer: offerOf(offer?.value),
    life: lifeOf(voices, detection, context),
  };
}

/** The attempt tells the minute, the lists of Windows often no more than the day: they come after it. */
function installedAt({ state, at }: Deployment, hotfixAt = 0, packedAt = 0): number | undefined {
  const isFine = state === 'success' || state === 'success-restart';
  return (isFine ? at : undefined) || packedAt || hotfixAt || undefined;
}

function deploymentOf({ update, row, steps }: Voices, { reading }: Context): Deployment {
  const attempts = update?.attempts ?? [];
  const last = attempts.at(-1);
  const limit = row?.value.maxAttempts;
  const exit = row?.value.exitCode ?? undefined;
  const started = steps.findLast(({ what }) => what === 'started');
  if (started !== undefined && started.at > (last?.at ?? 0) && reading.now - started.at < DAY) {
    const { at, from } = started;
    return { state: 'in-progress', at, code: '', exit, tries: triesOf(attempts), limit, from };
  }
  if (last !== undefined) {
    const state = STATES[last.outcome];
    const { at, code, from } = last;
    const tries = Math.max(triesOf(attempts), row?.value.attempts ?? 0);
    return {
      state,
      at: at || undefined,
      code: state === 'failed' ? code : '',
      exit,
      tries,
      limit,
      from,
    };
  }
  const claimed = row === undefined ? undefined : deploymentOfRow(row.value, row.from);
  return claimed ?? { ...NEVER, limit, from: row?.from ?? '' };
}

const STATES = {
  failed: 'failed',
  installed: 'success',
  waits: 'success-restart',
} as const satisfies Record<Attempt['outcome'], Deployment['state']>;

const NEVER = { state: 'never', at: undefined, code: '', exit: undefined, tries: 0 } as const;

/** What an agent says of its own job, where nothing on the host speaks of an attempt. */
function deploymentOfRow(row: Row, from: string): Deployment | undefined {
  const { exitCode, attempts = 0, maxAttempts: limit } = row;
  const at = timeOf(row.deployedAt) || undefined;
  if (exitCode === undefined || exitCode === null || at === undefined) return undefined;
  const code = resultCode(exitCode);
  const isFine = SUCCESS.has(code);
  const state = isFine
    ? code === '' || code === '0x00000000'
      ? 'success'
      : 'success-restart'
    : 'failed';
  return { state, at, code: isFine ? '' : code, exit: exitCode, tries: attempts, limit, from };
}

/** Attempts since it last went well; folded events count as many as they are. */
function triesOf(attempts: readonly Attempt[]): number {
  const lastSuccess = attempts.findLastIndex(({ outcome }) => outcome !== 'failed');
  const bySource = Map.groupBy(attempts.slice(lastSuccess + 1), ({ source }) => source);
  const sums = [...bySource.values()].map((list) =>
    list.reduce((sum, { count }) => sum + count, 0),
  );
  return Math.max(lastSuccess >= 0 && sums.length === 0 ? 1 : 0, ...sums);
}

function detectionOf(
  { kb, offer, hotfix, pack, row }: Voices,
  deployment: Deployment,
  context: Context,
): Detection {
  const { reading, revisions, searchedAt } = context;
  const { now, evidence } = reading;
  const revision = revisions.get(kb);
  const running = evidence.os?.ubr;
  // The collector itself looked at the running build and the lists, at the time of the document.
  if (revision !== undefined && running !== undefined && running >= revision)
    return { state: 'installed', at: now, from: '/os/ubr' };
  if (hotfix !== undefined) return { state: 'installed', at: now, from: hotfix.from };
  if (pack?.state === 'installed' || pack?.state === 'permanent')
    return { state: 'installed', at: now, from: pack.from };
  if (pack?.state === 'superseded') return { state: 'superseded', at: now, from: pack.from };
  if (offer !== undefined && offer.value.hidden !== true)
    return { state: 'missing', at: searchedAt || now, from: offer.from };
  if (revision !== undefined && running !== undefined)
    return { state: 'missing', at: now, from: '/os/ubr' };
  const told = row === undefined ? undefined : detectionOfRow(row.value, row.from);
  if (told !== undefined && (told.at ?? 0) >= (deployment.at ?? 0)) return told;
  // A search that came after it and offers it no more has found it there, or no longer needed.
  const isSearched =
    evidence.windowsUpdate?.applicable !== undefined &&
    reading.has('windowsUpdate', 'applicable') &&
    searchedAt > (deployment.at ?? Number.POSITIVE_INFINITY);
  if (isSearched && offer === undefined) {
    const state = deployment.state === 'failed' ? 'inactive' : 'installed';
    return { state, at: searchedAt, from: '/windowsUpdate/applicable' };
  }
  return told ?? { state: 'unknown', at: undefined, from: '' };
}

const DETECTIONS: ReadonlyMap<Row['detection'], Detection['state']> = new Map([
  ['patched', 'installed'],
  ['notPatched', 'missing'],
  ['notApplicable', 'not-applicable'],
]);

function detectionOfRow({ detection, detectedAt }: Row, from: string): Detection | undefined {
  const state = DETECTIONS.get(detection);
  return state && { state, at: timeOf(detectedAt) || undefined, from };
}

function approvalOf({ offer, row }: Voices): Approval {
  const told = row?.value.approval;
  if (told !== undefined && told !== 'unknown') return told;
  return offer?.value.hidden === true ? 'hidden' : 'unknown';
}

/** "Does not apply here": what a patch says that is deployed to a host which has no use for it. */
const NOT_APPLICABLE = new Set(['0x80240017', '0x800F081E', '0x800F081B', '0x00240006']);

interface Told {
  readonly name: string;
  readonly deployment: Deployment;
  readonly detection: Detection;
  readonly approval: Approval;
  readonly voices: Voices;
}

function statusOf(
  { name, deployment, detection, approval, voices }: Told,
  { installs, reading }: Context,
): PatchStatus {
  if (installs.waiting.updates.some((one) => one.name === name)) return 'reboot-required';
  const waits = deployment.state === 'success-restart' && isSince(deployment.at, reading.lastBoot);
  if (waits && detection.state !== 'installed') return 'reboot-required';
  if (detection.state === 'installed') return 'installed';
  const isNoUse = deployment.state === 'failed' && NOT_APPLICABLE.has(deployment.code);
  if (isNoUse && detection.state !== 'missing') return 'not-applicable';
  if (installs.open.installs.some((one) => one.name === name)) return 'failed';
  if (approval === 'inactive') return 'inactive';
  if (approval === 'declined' || approval === 'ignored' || approval === 'hidden') return 'ignored';
  if (deployment.state === 'in-progress') return 'installing';
  if (detection.state === 'superseded') return 'superseded';
  if (detection.state === 'not-applicable') return 'not-applicable';
  // An agent's job that failed is open for the agent, whatever else the host tells.
  if (deployment.state === 'failed' && voices.update === undefined) return 'failed';
  const isFine = deployment.state === 'success' || deployment.state === 'success-restart';
  if (isFine && !isSince(detection.at, deployment.at ?? 0)) return 'verify-pending';
  if (detection.state === 'missing') return isReady(voices, approval) ? 'pending' : 'missing';
  if (detection.state === 'inactive') return 'inactive';
  // It failed, and something later says that this is settled.
  if (deployment.state === 'failed') return 'superseded';
  return 'no-record';
}

function isSince(at: number | undefined, then: number): boolean {
  return at !== undefined && at > then;
}

/** Wanted, and nothing but its turn is missing. */
function isReady({ offer }: Voices, approval: Approval): boolean {
  return approval === 'approved' || offer?.value.downloaded === true;
}

function offerOf(value: Applicable | undefined): Offer {
  if (value === undefined) return {};
  const { msrcSeverity, sizeBytes, releasedAt, rebootRequired, canRequestUserInput } = value;
  const released = timeOf(releasedAt);
  const classification = classificationOf(value.categories);
  return {
    ...(classification !== undefined && { classification }),
    ...(msrcSeverity && { severity: msrcSeverity }),
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(released > 0 && { released }),
    ...(rebootRequired !== undefined && { needsRestart: rebootRequired }),
    ...(canRequestUserInput !== undefined && { needsInput: canRequestUserInput }),
    ...(value.downloaded !== undefined && { isDownloaded: value.downloaded }),
    ...(value.cveIds !== undefined && value.cveIds.length > 0 && { cves: value.cveIds }),
  };
}

const WHAT = {
  failed: 'failed',
  installed: 'installed',
  waits: 'waits-for-restart',
} as const satisfies Record<Attempt['outcome'], LifeStep['what']>;

function lifeOf(voices: Voices, detection: Detection, { reading }: Context): LifeStep[] {
  const { update, offer, hotfix, steps } = voices;
  const tried = (update?.attempts ?? []).map(({ at, outcome, code, count, from }): LifeStep => ({
    at,
    what: WHAT[outcome],
    code: outcome === 'failed' ? code : '',
    count,
    from,
  }));
  const step = (at: number, what: LifeStep['what'], from: string): LifeStep[] =>
    at > 0 ? [{ at, what, code: '', count: 1, from }] : [];
  const { lastBoot } = reading;
  const isRestarted = tried.some(({ what, at }) => what === 'waits-for-restart' && at < lastBoot);
  return [
    ...step(timeOf(offer?.value.releasedAt), 'released', offer?.from ?? ''),
    ...steps,
    ...tried,
    ...(tried.some(({ what }) => what !== 'failed')
      ? []
      : step(hotfix?.at ?? 0, 'installed', hotfix?.from ?? '')),
    ...(isRestarted ? step(lastBoot, 'restarted', '/os/lastBoot') : []),
    ...(detection.state === 'installed'
      ? step(detection.at ?? 0, 'detected-installed', detection.from)
      : []),
    ...(detection.state === 'missing'
      ? step(detection.at ?? 0, 'detected-missing', detection.from)
      : []),
  ].toSorted((a, b) => a.at - b.at);
}
