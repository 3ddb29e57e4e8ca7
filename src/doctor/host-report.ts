/**
 * The way to one host, step by step: from what was seen on it to a report. Pure; must never know a transport's insides.
 */
import type { ContactStage } from '../core/contact.ts';
import type { Jump, Reach } from '../core/host.ts';
import type { Look } from '../core/look.ts';
import type { Hello, Way } from '../transports/transport.ts';
import { adviceFor, type Advice } from './advice.ts';
import { onConsole } from './console-commands.ts';

export type StepName =
  | 'relay'
  | 'name'
  | 'port'
  | 'tls'
  | 'host-key'
  | 'http'
  | 'offers'
  | 'log-on'
  | 'shell'
  | 'powershell'
  | 'rights'
  | 'collector';

export type StepVerdict = 'ok' | 'warning' | 'failed' | 'not-reached';

export interface Step {
  readonly step: StepName;
  readonly verdict: StepVerdict;
  /** Where time was taken for it. */
  readonly ms?: number;
  readonly code?: string;
  /** What was seen; may quote the host. */
  readonly text: string;
}

/** What was seen of one contact. */
export interface Sighting {
  readonly host: string;
  /** Name or address by which it is contacted. */
  readonly name: string;
  readonly reach: Reach;
  readonly address?: string;
  /** Each stage with the time at which it began, in milliseconds from the start; the first begins at 0. */
  readonly stages: readonly { readonly stage: ContactStage; readonly atMs: number }[];
  readonly endedMs: number;
  readonly hello: Hello;
  readonly way?: Way;
  readonly look: Look;
  /** System of this machine, as `process.platform` has it. */
  readonly platform: string;
}

export interface HostReport {
  readonly schema: 'patchwhy/doctor/1';
  readonly host: string;
  readonly address?: string;
  /** What carried the session, and how it was signed in. */
  readonly way?: Way;
  readonly steps: readonly Step[];
  readonly hello: Hello;
  /** What to think and do, where a step failed. */
  readonly advice?: Advice;
}

export function hostReport(sighting: Sighting): HostReport {
  const { host, address, way, hello, look } = sighting;
  const steps =
    look.kind === 'skipped'
      ? [{ step: 'name' as const, verdict: 'failed' as const, text: look.reason }]
      : stepsOf(sighting, look);
  return {
    schema: 'patchwhy/doctor/1',
    host,
    ...(address !== undefined && { address }),
    ...(way && { way }),
    steps,
    hello,
    ...(look.kind === 'contact' && { advice: adviceOn(sighting, look) }),
  };
}

/** Advice with this host's own name and port in its commands. */
function adviceOn(sighting: Sighting, look: FailedLook): Advice {
  const { contact } = look.contact;
  const isOffer = failedStep(sighting, look) === 'offers';
  const { reasons, there, here } = adviceFor(
    isOffer ? { ...contact, code: 'AUTH_UNAVAILABLE' } : contact,
  );
  const jump = 'via' in sighting.reach ? jumpWords(sighting.reach.via) : '';
  // A name that only the inventory knows is of no use in a command.
  const fill = (commands: readonly string[]): string[] =>
    commands.map((command) =>
      command
        .replaceAll('HOST', sighting.name)
        .replaceAll('PORT', portOf(sighting))
        .replaceAll('JUMP', jump),
    );
  // Behind a jump host only that one sees the host.
  const isFromThere = jump !== '' && (contact.stage === 'dns' || contact.stage === 'tcp');
  const fromHere = (commands: readonly string[]): string[] =>
    isFromThere
      ? commands.filter((one) => one !== 'patchwhy doctor').map((one) => `ssh JUMP ${one}`)
      : onConsole(commands, sighting.platform);
  return {
    reasons,
    ...(there !== undefined && { there: fill(there) }),
    ...(here !== undefined && { here: fill(fromHere(here)) }),
  };
}

/** What ssh(1) takes to reach the last of them, through the others. */
function jumpWords(via: readonly Jump[]): string {
  const last = via.at(-1);
  if (last === undefined) return '';
  const word = ({ address, ssh: { user } }: Jump): string =>
    user === undefined ? address : `${user}@${address}`;
  const before = via.slice(0, -1).map((jump) => `${word(jump)}:${jump.ssh.port}`);
  return [
    ...(before.length > 0 ? [`-J ${before.join(',')}`] : []),
    ...(last.ssh.port === 22 ? [] : [`-p ${last.ssh.port}`]),
    word(last),
  ].join(' ');
}

type Taken = Exclude<Look, { kind: 'skipped' }>;
type FailedLook = Extract<Look, { kind: 'contact' }>;

function stepsOf(sighting: Sighting, look: Taken): Step[] {
  const plan = planOf(sighting);
  const failed = look.kind === 'contact' ? plan.indexOf(failedStep(sighting, look)) : -1;
  // What failed is never told as passed, whatever this plan has no step for.
  const failedAt = look.kind === 'contact' && failed < 0 ? plan.length - 1 : failed;
  return plan.map((step, at) => {
    if (look.kind === 'contact' && at === failedAt) {
      const { code, message = '' } = look.contact.contact;
      return { step, verdict: 'failed', ...timeOf(step, sighting), code, text: message };
    }
    if (failedAt >= 0 && at > failedAt) return { step, verdict: 'not-reached', text: '' };
    return { step, ...timeOf(step, sighting), ...seen(step, sighting) };
  });
}

/** The steps on the way, in order. */
function planOf({ reach, way, look }: Sighting): StepName[] {
  if (reach.kind === 'unavailable') return ['name'];
  // Behind a jump host the name is that one's to look up: only when it could not, anybody hears of it.
  const isUnknownThere = look.kind === 'contact' && stageOf(look) === 'dns';
  const behind: StepName[] = isUnknownThere ? ['relay', 'name', 'port'] : ['relay', 'port'];
  const first: StepName[] =
    reach.kind === 'local' ? [] : reach.via.length > 0 ? behind : ['name', 'port'];
  const end: StepName[] = ['shell', 'powershell', 'rights', 'collector'];
  if (reach.kind === 'local') return end;
  if (reach.kind === 'ssh') return [...first, 'host-key', 'log-on', ...end];
  const failedAtTls = look.kind === 'contact' && stageOf(look) === 'tls';
  const isTls = failedAtTls || way?.wire === 'winrm-https' || reach.winrm.tls === 'always';
  return [...first, ...(isTls ? ['tls' as const] : []), 'http', 'offers', 'log-on', ...end];
}

function stageOf({ contact }: FailedLook): ContactStage {
  const { stage, during } = contact.contact;
  return stage === 'timeout' ? (during ?? 'http') : stage;
}

/** Codes of the collector's stage that tell of PowerShell itself. */
const POWERSHELL: ReadonlySet<string> = new Set([
  'NO_POWERSHELL',
  'BLOCKED',
  'CONSTRAINED',
  'BAD_SCRIPT',
  'UNSUPPORTED_OS',
  '0x800704EC',
  '0x80070002',
]);

function failedStep({ stages }: Sighting, look: FailedLook): StepName {
  const { code, transport } = look.contact.contact;
  const stage = stageOf(look);
  switch (stage) {
    case 'tls':
      return transport === 'ssh' ? 'host-key' : 'tls';
    case 'auth':
      // Over before anything was proved: what is on offer does not fit what we have.
      return transport !== 'ssh' && !stages.some(({ stage: entered }) => entered === 'auth')
        ? 'offers'
        : 'log-on';
    case 'collector':
      return POWERSHELL.has(code) ? 'powershell' : 'collector';
    case 'relay':
    case 'dns':
    case 'tcp':
    case 'http':
    case 'shell':
    case 'timeout':
      return STEP_OF[stage];
  }
}

const STEP_OF = {
  relay: 'relay',
  dns: 'name',
  tcp: 'port',
  http: 'http',
  shell: 'shell',
  timeout: 'http',
} as const satisfies Partial<Record<ContactStage, StepName>>;

const STAGE_OF: Readonly<Partial<Record<StepName, ContactStage>>> = {
  relay: 'relay',
  name: 'dns',
  port: 'tcp',
  tls: 'tls',
  'host-key': 'tls',
  http: 'http',
  'log-on': 'auth',
  shell: 'shell',
  collector: 'collector',
};

/** All the time that was spent in the step's stage, be it entered twice. */
function timeOf(step: StepName, { stages, endedMs }: Sighting): { readonly ms?: number } {
  const wanted = STAGE_OF[step];
  let ms: number | undefined;
  for (const [at, { stage, atMs }] of stages.entries()) {
    if (stage === wanted) ms = (ms ?? 0) + (stages[at + 1]?.atMs ?? endedMs) - atMs;
  }
  return ms === undefined ? {} : { ms: Math.round(ms) };
}

/** A step that was passed: what was seen there. */
function seen(step: StepName, sighting: Sighting): Pick<Step, 'verdict' | 'text'> {
  const { hello, way, reach, address, look } = sighting;
  const ok = (text: string): Pick<Step, 'verdict' | 'text'> => ({ verdict: 'ok', text });
  switch (step) {
    case 'relay':
      return ok('via' in reach ? `through ${reach.via.map(({ name }) => name).join(', ')}` : '');
    case 'name':
      return ok(address ?? '');
    case 'port':
      return ok(`${portOf(sighting)} is open`);
    case 'tls':
      return ok(certificateText(hello));
    case 'host-key':
      return ok(hello.hostKey ? `${hello.hostKey.type} ${hello.hostKey.fingerprint}` : 'known');
    case 'http':
      return ok(hello.software ?? 'WS-Man');
    case 'offers':
      return ok(hello.offers?.join(', ') ?? '');
    case 'log-on':
      return ok(way?.auth === undefined ? '' : `by ${way.auth}`);
    case 'shell':
      return ok('opened');
    case 'powershell':
    case 'rights':
    case 'collector':
      return look.kind === 'evidence' ? FROM_EVIDENCE[step](look.evidence) : ok('');
  }
}

function portOf({ reach, way }: Sighting): string {
  if (reach.kind === 'ssh') return String(reach.ssh.port);
  if (reach.kind !== 'winrm') return '';
  const isTls = way?.wire === 'winrm-https' || reach.winrm.tls === 'always';
  return String(reach.winrm.port === 'auto' ? (isTls ? 5986 : 5985) : reach.winrm.port);
}

function certificateText({ certificate }: Hello): string {
  if (certificate === undefined) return 'verified';
  const { subject, until, sha256 } = certificate;
  return `${subject}, until ${until.slice(0, 10)}, SHA-256 ${sha256.slice(0, 16)}...`;
}

type Evidence = Extract<Look, { kind: 'evidence' }>['evidence'];

const DENIED = '0x80070005';

const FROM_EVIDENCE = {
  powershell({ os, collector }: Evidence): Pick<Step, 'verdict' | 'text'> {
    if (collector?.mode === 'cmd')
      return {
        verdict: 'warning',
        text: `not used (${collector.reason ?? 'barred'}); what cmd can read was read instead`,
      };
    const mode = os?.languageMode;
    const version = os?.psVersion === undefined ? '' : `version ${os.psVersion}, `;
    return mode === undefined || mode === 'FullLanguage'
      ? { verdict: 'ok', text: `${version}full language` }
      : { verdict: 'warning', text: `${version}${mode}: no update search, no history by COM` };
  },
  rights({ collector, errors = [] }: Evidence): Pick<Step, 'verdict' | 'text'> {
    const denied = [
      ...new Set(errors.filter(({ hresult }) => hresult === DENIED).map(({ section }) => section)),
    ];
    if (denied.length > 0)
      return { verdict: 'warning', text: `access denied to: ${denied.join(', ')}` };
    if (collector?.elevated === false)
      return { verdict: 'warning', text: 'not elevated: some sections may be missing' };
    return {
      verdict: 'ok',
      text: collector?.elevated === true ? 'administrator' : 'nothing was refused',
    };
  },
  collector({ collector, errors = [] }: Evidence): Pick<Step, 'verdict' | 'text'> {
    const took =
      collector?.durationMs === undefined
        ? ''
        : ` in ${(collector.durationMs / 1000).toFixed(1)} s there`;
    const unread = [...new Set(errors.map(({ section }) => section))];
    const cut = collector?.truncated ?? [];
    if (unread.length === 0 && cut.length === 0)
      return { verdict: 'ok', text: `whole document${took}` };
    const parts = [
      ...(unread.length > 0 ? [`could not read: ${unread.join(', ')}`] : []),
      ...(cut.length > 0 ? [`cut short: ${cut.join(', ')}`] : []),
    ];
    return { verdict: 'warning', text: `document${took}; ${parts.join('; ')}` };
  },
} as const;
