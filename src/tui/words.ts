/** Every word the console says, in one place, so that other languages can stand beside it. */
import type { Stage } from '../core/contact.ts';
import type { GroupKind } from '../store/host-state.ts';
import type { Action } from './keys.ts';

const hosts = (count: number): string => (count === 1 ? '1 host' : `${count} hosts`);

const groupTitles: Readonly<Record<GroupKind, string>> = {
  cause: 'A cause without a title',
  contact: 'No contact',
  'no-evidence': 'Not enough evidence',
  skipped: 'Left out of this run',
  ok: 'Nothing to do',
  'at-work': 'At work',
  queued: 'Queued',
  status: 'A status without a word',
  label: 'A label without a value',
  unlabelled: 'None given',
};

const groupIds: Readonly<Partial<Record<GroupKind, string>>> = { ok: 'ok', skipped: 'skipped' };

const stages: Readonly<Record<Stage, string>> = {
  queued: 'waits for its turn',
  relay: 'reaching the jump host',
  dns: 'looking up the name',
  tcp: 'connecting',
  tls: 'agreeing on encryption',
  http: 'asking for WS-Management',
  auth: 'signing in',
  shell: 'opening a shell',
  collector: 'collecting evidence',
  timeout: 'ran into its time limit',
};

const actions: Readonly<Record<Action, string>> = {
  up: 'row up',
  down: 'row down',
  'page-up': 'page up',
  'page-down': 'page down',
  first: 'first row',
  last: 'last row',
  open: 'open',
  unfold: 'unfold, open',
  fold: 'fold',
  back: 'back',
  'next-tab': 'next tab',
  'next-host': 'next host',
  'previous-host': 'previous host',
  help: 'keys',
  quit: 'leave',
  interrupt: 'stop the run and leave',
  detach: 'leave the screen, the run goes on',
  stop: 'stop: finish what is started, keep the results',
  stay: 'stay',
  close: 'close',
  filter: 'filter',
  group: 'group',
  sort: 'sort',
  jump: 'to a cause that recurs',
  clear: 'all hosts again, no marks',
  mark: 'mark',
  'mark-shown': 'mark all that are shown',
  unmark: 'take all marks away',
  palette: 'command',
  copy: 'copy the name',
  'copy-json': 'copy as JSON',
  export: 'write what is shown to a file',
  pager: 'read in the pager',
  editor: 'open in the editor',
  freeze: 'freeze the table, or let it go',
  rescan: 'copy the command that asks again',
  sites: 'sites and relays',
  patches: 'patches',
  runs: 'stored runs',
  log: 'log of this run',
  doctor: 'doctor: what this machine lacks',
  detail: 'detail beside the table, or not',
  'detail-up': 'detail up',
  'detail-down': 'detail down',
  cause: 'the cause',
  'next-cause': 'next cause',
  'previous-cause': 'previous cause',
  keep: 'keep',
  undo: 'undo',
  complete: 'complete',
  recall: 'earlier filter',
  choose: 'choose',
  more: 'more',
};

const statuses = {
  ok: 'nothing to do',
  failing: 'failing',
  'reboot-required': 'restart pending',
  blocked: 'blocked',
  unmanaged: 'no policy',
  'scan-failing': 'search for updates failing',
  waiting: 'waiting',
  'no-data': 'no data',
  unreachable: 'not reached',
  skipped: 'left out',
} as const;

export const english = {
  statuses,
  aHost: 'a host of this run',
  flagged: 'a cause that recurs',
  product: 'patchwhy',
  hosts,
  groupTitles,
  groupIds,
  stages,
  actions,

  causes: 'causes',
  reading: (what: string) => `reading ${what}`,
  firstContact: (hostCount: number, siteCount: number) =>
    `${hosts(hostCount)}${siteCount > 1 ? `, ${siteCount} sites` : ''}, first contact`,
  doneIn: (span: string, done: number, of: number) => `done in ${span}, ${done} of ${hosts(of)}`,
  stoppedAfter: (span: string, done: number, of: number) =>
    `stopped after ${span}: ${done} of ${hosts(of)}, the others were left out`,
  percent: (value: number) => `${value} %`,

  tied: (bearing: string, traits: readonly string[]) => `${bearing}: ${traits.join(' = ')}`,
  fixFirst: (cause: string, count: number) => `fix ${cause}: ${hosts(count)} back`,
  fixNext: (cause: string, count: number) => `then ${cause}: ${count} more`,
  shared: (labels: readonly string[]) => `shared: ${labels.join(', ')}`,
  doNext: (next: string) => `do next: ${next}`,
  moreRecurring: (count: number, threshold: number) =>
    `${count} more ${count === 1 ? 'cause' : 'causes'} on ${threshold} hosts or more`,
  more: (count: number) => `+${count} more`,
  nothingYet: (threshold: number) => `no cause recurs yet; a flag goes up at ${threshold} hosts`,
  nothingRecurs: (threshold: number) => `no cause comes first on ${threshold} hosts or more`,
  nobodyAnswered: (of: number, stage: string, code: string) =>
    `0 of ${of} answered; most stopped at ${stage} with ${code}`,

  hostsBy: (label: string) => `hosts by ${label}`,
  groupBy: 'group by',
  sortBy: 'sort hosts by',
  sortings: {
    inventory: 'the inventory',
    host: 'name',
    since: 'failing the longest',
    conf: 'confidence',
  },
  exportAs: 'write hosts to a file, as',
  exports: { json: 'JSON', csv: 'CSV', md: 'Markdown' },
  groupings: { cause: 'cause', status: 'status' } as Readonly<Record<string, string>>,
  filtered: (text: string) => `filter ${text}`,
  shownOf: (shown: number, of: number) => `${shown} of ${of} shown`,
  noneFits: 'no host fits; esc shows all again',
  filterProblems: {
    'unknown-field': 'there is no such field',
    unfinished: 'not finished yet',
    'bad-pattern': 'no regular expression',
    'bad-number': 'age takes 30m, 12h, 7d; conf takes 90',
  },

  columns: { host: 'HOST', site: 'SITE', group: 'GROUP', since: 'SINCE', why: 'WHY', conf: 'CONF' },
  rowsShown: (from: number, to: number, of: number) => `${from}-${to} of ${of}`,
  emptyRun: 'there are no hosts in this run',
  stopping: 'stopping: what has started may finish; Ctrl-C again leaves at once',
  demoHint: 'Demo fleet. Enter opens a cause, then a host; ? lists all keys',
  tooSmall: (columns: number, rows: number) => `enlarge to ${columns}x${rows}`,

  hostOf: (place: number, of: number) => `${place} of ${of}`,
  tabs: { evidence: 'evidence', history: 'history', path: 'path', raw: 'raw' },
  haveItFirst: (count: number) => `${hosts(count)} ${count === 1 ? 'has' : 'have'} it first`,
  firstSeen: (age: string) => `first seen ${age} before this look`,
  tries: (count: number) => (count === 1 ? '1 try' : `${count} tries`),
  evidenceAge: (age: string) => `evidence is ${age} old`,
  because: 'BECAUSE',
  alsoFound: 'ALSO FOUND',
  notTheCause: 'NOT THE CAUSE',
  consequenceOf: (cause: string) => `follows from ${cause}`,
  runnerUp: 'runner-up, too weak to be a cause',
  unread: 'COULD NOT BE READ',
  doNextHeading: 'DO NEXT',
  contact: 'CONTACT',
  stoppedAt: (stage: string) => `stopped at ${stage}`,
  during: (step: string) => `during ${step}`,
  grounds: 'HEALTHY, BECAUSE',
  leftOut: 'LEFT OUT, BECAUSE',
  atWork: 'AT WORK',
  unreadable: 'no details were given',
  noEvidence: 'This host has no stored document: it was not reached far enough.',
  loadingEvidence: 'reading the stored document',
  evidenceFailed: (reason: string) => `the stored document could not be read: ${reason}`,

  noHistory: 'The stored document tells of no updates.',
  attemptsHeading: 'ATTEMPTS, as Windows Update kept them',
  installedHeading: 'INSTALLED',
  operations: { install: 'install', uninstall: 'removal' },
  results: {
    succeeded: 'succeeded',
    succeededWithErrors: 'with errors',
    failed: 'failed',
    aborted: 'aborted',
    inProgress: 'goes on',
  },
  wayHeading: 'WAY TO THE HOST, in this run',
  noWay: 'It was not contacted: its document was stored earlier.',
  stateHeading: 'STATE, test by test',

  howFar: 'HOW FAR IT REACHES',
  ofTried: (count: number, tried: number, low: number, high: number) =>
    `${hosts(count)} of ${tried} that could have shown it (95 % certain: ${low} to ${high} of 100)`,
  atSites: (counts: readonly string[], of: number) =>
    `at ${counts.length === 1 ? 'one site' : `${counts.length} sites`} of ${of}: ${counts.join(', ')}`,
  since: (at: string, age: string, told: number, of: number) =>
    `since ${at}, ${age} ago${told < of ? ` (${told} of ${of} hosts tell since when)` : ''}`,
  repairFrees: (count: number, unseen: number) =>
    `fixing it brings ${hosts(count)} back${unseen > 0 ? `, ${unseen} of them only as far as can be seen now` : ''}`,
  sharedHeading: 'WHAT THESE HOSTS SHARE',
  allOf: (labels: readonly string[]) => `all of ${labels.join(', ')}`,
  trait: (
    what: string,
    [here, hereOf]: readonly [number, number],
    [there, thereOf]: readonly [number, number],
    p: number,
  ) =>
    `${what}  ${here} of ${hereOf} here, ${there} of ${thereOf} others; by chance ${p < 0.0001 ? 'below 0.01' : (p * 100).toPrecision(2)} %`,
  untied: (why: 'too-few' | 'no-others' | 'nothing-differs' | 'partial' | undefined) =>
    why === undefined
      ? 'nothing beyond chance: no relay, agent, policy or update ties them'
      : {
          'too-few': 'too few hosts to tell',
          'no-others': 'no other hosts to compare with',
          'nothing-differs': 'nothing that differs from the others',
          partial: 'something is commoner here than elsewhere, but too few have it',
        }[why],
  changedHeading: 'WHAT CHANGED IN THE WEEK BEFORE',
  changed: (what: string, count: number, of: number, at: string) =>
    `${what} on ${count} of ${of}, from ${at} on`,
  checkHeading: 'CHECK',
  fixHeading: 'FIX',
  verifyHeading: 'VERIFY',
  noteHeading: 'NOTE OF THE TEAM',
  sourcesHeading: 'SOURCES',
  riskOf: (risk: string | undefined, restart: string | undefined) =>
    [
      ...(risk === undefined ? [] : [`risk of the fix: ${risk}`]),
      ...(restart === undefined ? [] : [`restart needed: ${restart}`]),
    ].join(', '),
  hostsHeading: 'HOSTS',

  screens: {
    sites: 'sites and relays',
    patches: 'patches',
    runs: 'runs',
    log: 'log',
    doctor: 'doctor',
  },
  sitesSay: 'Where hosts are, and how they stand. Enter shows them in the table.',
  noSites: 'No host of this run has a site or a relay; the inventory gives them.',
  sharedBy: (cause: string) => `shared by hosts of ${cause}`,
  patchesSay: 'Updates that the verdicts of this run speak of. Enter shows their hosts.',
  noPatches: 'No verdict of this run speaks of an update yet.',
  runsSay: 'Runs on this machine, the newest first. Enter opens one.',
  noRuns: 'No run is stored yet.',
  runEnded: 'ended',
  runBroken: 'broken off',
  logSay: 'What happened, the newest first. Enter opens the host.',
  noLog: 'Nothing has happened yet.',
  began: (count: number) => `the run began: ${hosts(count)}`,
  ended: (isComplete: boolean) => (isComplete ? 'the run is done' : 'the run was stopped'),
  recurs: (count: number) => `recurs: ${hosts(count)}`,
  revised: 'judged again',
  toOpen: (run: string) => `to open it: patchwhy tui ${run}`,
  copied: (text: string) =>
    `copied: ${text.length > 60 ? `${text.slice(0, 60)} (${text.length} characters)` : text}`,
  tooMuchToCopy: 'too much for the clipboard of a terminal; x writes it to a file',
  saved: (count: number, file: string) => `${hosts(count)} written to ${file}`,
  failed: (why: string) => `that failed: ${why}`,
  frozen: (changes: number) =>
    `frozen, ${changes === 1 ? '1 change' : `${changes} changes`} behind`,
  nothingToRescan: 'there is no host to ask again',
  rescanDemo: 'the demo fleet is invented: nobody can be asked again',
  markedCount: (count: number, hidden: number) =>
    `marked ${count}${hidden > 0 ? `, ${hidden} of them hidden` : ''}`,
  commandTitle: 'command',
  noCommand: 'nothing fits; esc closes',
  keys: 'keys',
  pageOf: (title: string, page: number, of: number) => `${title} ${page}/${of}`,
  noHostsLeft: 'no host stands here any more; esc goes back',
  stillGoing: (atWork: number, queued: number) =>
    `the run is still going: ${atWork} at work, ${queued} queued`,
} as const;

export type Words = typeof english;
