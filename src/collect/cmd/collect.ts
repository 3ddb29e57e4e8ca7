/**
 * The collection by cmd alone, for hosts that bar PowerShell: what is asked, in which order, and the document that comes
 * of it. What cmd cannot tell is listed in `errors`, so that silence is not taken for health.
 */
import type { Collected } from '../../core/evidence.ts';
import { audit } from './audit.ts';
import { elevated } from './elevated.ts';
import { events } from './events.ts';
import { type AnswerReader, type CommandLine, composeLines } from './lines.ts';
import { network } from './network.ts';
import { os } from './os.ts';
import { packages } from './packages.ts';
import { platform } from './platform.ts';
import {
  type Answers,
  type Failure,
  failureOf,
  type Question,
  type Setting,
  type Told,
} from './question.ts';
import { reboot } from './reboot.ts';
import { running } from './running.ts';
import { services } from './services.ts';
import { volumes } from './volumes.ts';
import { windowsUpdate } from './windows-update.ts';

/** The most telling first: what a time limit cuts off is the end. DISM takes the longest. */
const QUESTIONS: readonly Question[] = [
  os,
  reboot,
  services,
  windowsUpdate,
  volumes,
  elevated,
  events,
  running,
  network,
  platform,
  audit,
  packages,
];
const COMMANDS = QUESTIONS.flatMap(({ commands }) => commands);

/** What the PowerShell collector reads and no tool of cmd tells in numbers or codes. */
const NOT_ASKED: readonly Failure[] = [
  'volumes.hidden',
  'reboot.configMgr',
  'reboot.updateExeVolatile',
  'windowsUpdate.history',
  'windowsUpdate.safeguardHolds',
  'hotfixes',
  'network.probes',
  'recovery',
  'security',
  'agents',
  'tasks',
  'componentStore',
  'runtimes',
  'logs',
].map((section) => ({ section, message: 'not asked: cmd only' }));

/** The command lines of one run, each under 8,000 characters. @param nonce see `composeLines` */
export function cmdLines(nonce: string): readonly CommandLine[] {
  return composeLines(COMMANDS, nonce);
}

export interface About {
  readonly host: string;
  readonly now: Date;
  readonly durationMs: number;
  /** Why PowerShell was not used: a code and a sentence. */
  readonly reason: string;
  /** Why commands were not answered that were not. */
  readonly missing: string;
}

/** The document; undefined when not even the operating system could be read: then nothing else is to be trusted. */
export function cmdDocument(reader: AnswerReader, about: About): Collected | undefined {
  const { host, now, durationMs, reason, missing } = about;
  const answers = reader.answers(COMMANDS.length, missing);
  let from = 0;
  let build: number | undefined;
  const told: Told[] = [];
  for (const question of QUESTIONS) {
    const own = answers.slice(from, (from += question.commands.length));
    const one = tell(question, own, { build, now });
    build ??= one.evidence.os?.build;
    told.push(one);
  }
  if (build === undefined) return undefined;
  const { collector, ...sections } = Object.assign(
    {},
    ...told.map(({ evidence }) => evidence),
  ) as Partial<Collected>;
  return {
    schema: 'evidence/1',
    host,
    collectedAt: now.toISOString(),
    collector: {
      mode: 'cmd',
      reason,
      ...collector,
      durationMs: Math.max(0, Math.round(durationMs)),
      truncated: [...new Set(told.flatMap(({ truncated = [] }) => truncated))],
    },
    ...sections,
    errors: [...told.flatMap(({ errors }) => errors), ...NOT_ASKED],
  };
}

function tell(question: Question, answers: Answers, setting: Setting): Told {
  try {
    return question.read(answers, setting);
  } catch (error) {
    return { evidence: {}, errors: [failureOf(question.section, error)] };
  }
}
