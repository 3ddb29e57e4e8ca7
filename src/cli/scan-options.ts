/** The flags of `scan`, and from their text to what they mean. */
import type { Argv, InferredOptionTypes, Options } from 'yargs';
import { PatchwhyError } from '../core/error.ts';
import type { FailOn } from '../engine/fail-on.ts';
import { LANG_FLAG } from './language.ts';
import { THEME_NAMES } from '../tui/theme-names.ts';

/** Given several times; each takes one path, so that host names after it stay host names. */
export const PLAIN_FLAG = {
  type: 'boolean',
  default: false,
  describe: 'one line after another and a text table at the end, no screen: for screen readers too',
} as const;

export const COLOR_FLAG = {
  type: 'boolean',
  default: true,
  describe: 'colours; --no-color for none',
} as const;

export const THEME_FLAG = {
  choices: THEME_NAMES,
  requiresArg: true,
  describe: "colours of the screen; the terminal's own without it",
} as const;

export const RULES_FLAG = {
  type: 'string',
  array: true,
  nargs: 1,
  describe:
    'judge with causes of your own too: a YAML file or a folder of them (PATCHWHY_RULES); --no-rules for none',
  // `--no-rules` comes as false.
  coerce: (given: readonly (string | false)[] | false | undefined): string[] | undefined =>
    given === undefined ? undefined : [given].flat().filter((path) => path !== false),
} as const satisfies Options;

const SCAN_FLAGS = {
  inventory: {
    alias: 'i',
    type: 'string',
    requiresArg: true,
    describe: 'the inventory, a YAML file',
  },
  limit: {
    alias: 'l',
    type: 'string',
    requiresArg: true,
    describe:
      'only these hosts: name, group, site:X, tag:X, web*, ~regex; "," or, "&" and, "!" not',
  },
  only: {
    type: 'string',
    requiresArg: true,
    describe: 'only hosts that an earlier run found failed, unreachable, skipped or cause:ID',
  },
  from: {
    type: 'string',
    requiresArg: true,
    describe: 'that run: its id, its folder, or last',
  },
  evidence: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe:
      'judge stored documents (folder, .json, .ndjson, bundle, run id or last) instead of asking hosts',
  },
  rules: RULES_FLAG,
  user: {
    type: 'string',
    requiresArg: true,
    describe: 'account for hosts given by name: DOMAIN\\user or user@domain',
  },
  password: {
    type: 'string',
    requiresArg: true,
    describe:
      'where its password is: prompt (when not said), env:NAME, file:PATH, exec:COMMAND, keychain:NAME, vault:FILE#KEY; never the password itself',
  },
  'trust-first-use': {
    type: 'boolean',
    default: false,
    describe: 'HTTPS: trust an unknown certificate when it is first met, and keep its fingerprint',
  },
  json: {
    type: 'boolean',
    default: false,
    describe: 'one JSON document on stdout',
  },
  jsonl: {
    type: 'boolean',
    default: false,
    describe: 'run events as they come, one JSON object a line',
  },
  method: {
    type: 'string',
    requiresArg: true,
    describe:
      'collect by this way only: powershell or cmd (PowerShell, and cmd where that is barred)',
  },
  forks: {
    alias: 'f',
    type: 'string',
    requiresArg: true,
    describe: 'hosts at the same time (64)',
  },
  'site-forks': {
    type: 'string',
    requiresArg: true,
    describe: 'of these at one site (no limit)',
  },
  'jump-forks': {
    type: 'string',
    requiresArg: true,
    describe: 'of these through one jump host (its channels: 32)',
  },
  'credential-forks': {
    type: 'string',
    requiresArg: true,
    describe: 'of these with one credential (no limit)',
  },
  timeout: { type: 'string', requiresArg: true, describe: 'limit for one host: 90s, 5m' },
  deadline: { type: 'string', requiresArg: true, describe: 'limit for the run: 20m' },
  recur: {
    type: 'string',
    requiresArg: true,
    describe: 'a cause is recurring from so many hosts on (3)',
  },
  'fail-on': {
    type: 'string',
    requiresArg: true,
    describe: 'exit 3 on: any, failed, recurring, cause:ID',
  },
  store: {
    type: 'boolean',
    default: true,
    describe: 'keep the evidence; --no-store leaves no trace on disk',
  },
  input: { type: 'boolean', default: true, describe: '--no-input never asks for anything' },
  plain: PLAIN_FLAG,
  ascii: { type: 'boolean', default: false, describe: 'plain symbols' },
  color: COLOR_FLAG,
  theme: THEME_FLAG,
  lang: LANG_FLAG,
  'audit-touch': {
    type: 'boolean',
    default: false,
    describe: 'list every command sent to a host, on stderr or in --log-file',
  },
  verbose: { alias: 'v', type: 'count', describe: 'stages and timing on stderr' },
  'log-file': {
    type: 'string',
    requiresArg: true,
    describe: 'what -v and --audit-touch say to a file, as JSON lines, instead of stderr',
  },
} satisfies Record<string, Options>;

export type ScanArguments = InferredOptionTypes<typeof SCAN_FLAGS> & {
  readonly hosts?: string[] | undefined;
};

export function scanOptions<T>(parser: Argv<T>) {
  return parser
    .positional('hosts', {
      type: 'string',
      array: true,
      describe: 'host names, or a pattern over the inventory',
    })
    .options(SCAN_FLAGS);
}

/** The flags of `doctor`: those of a scan that say whom to ask, as whom, and how to print it. */
export function doctorOptions<T>(parser: Argv<T>) {
  const { inventory, user, password, method, json, input, ascii, color } = SCAN_FLAGS;
  const trust = { 'trust-first-use': SCAN_FLAGS['trust-first-use'] };
  return parser
    .positional('host', { type: 'string', describe: 'host to look at, step by step' })
    .options({ inventory, user, password, method, ...trust, json, input, ascii, color });
}

/** How hosts are asked: kept with a run, so that it goes on as it began. Never where a secret is to be found. */
const KEPT = [
  'method',
  'forks',
  'site-forks',
  'jump-forks',
  'credential-forks',
  'timeout',
  'fail-on',
] as const satisfies readonly (keyof typeof SCAN_FLAGS)[];

/** Their text, as it was given. */
export function keptFlags(argv: ScanArguments): Record<string, string> {
  const given = KEPT.flatMap((flag) => {
    const text = argv[flag];
    return text === undefined ? [] : [[flag, text] as const];
  });
  return Object.fromEntries(given);
}

/** Flags of before, where none is given now. */
export function withKept(
  argv: ScanArguments,
  before: Readonly<Record<string, string>>,
): ScanArguments {
  const kept = KEPT.flatMap((flag) => {
    const text = argv[flag] ?? before[flag];
    return text === undefined ? [] : [[flag, text] as const];
  });
  return { ...argv, ...Object.fromEntries(kept) };
}

const RESUME_FLAGS = (({ limit, only, from, evidence, recur, store, user, ...rest }) => rest)(
  SCAN_FLAGS,
);

export type ResumeArguments = InferredOptionTypes<typeof RESUME_FLAGS> & {
  readonly run?: string | undefined;
};

export function resumeOptions<T>(parser: Argv<T>) {
  return parser
    .positional('run', {
      type: 'string',
      describe:
        "the run: its id, its folder, or last; the last one that did not end when it isn't given",
    })
    .options(RESUME_FLAGS);
}

/** A whole number from 1 up. */
export function countOf(flag: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new PatchwhyError(
    'use',
    `--${flag} takes a whole number from 1 up, not "${text}"`,
    `for example --${flag} 10`,
  );
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Timers overflow beyond 24 days; nobody waits for a day. */
const LONGEST_MS = 24 * 3_600_000;

/** `90s`, `5m`, `1h`, `500ms` in milliseconds; a bare number is seconds. */
export function durationOf(flag: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const ms = match ? Number(match[1]) * UNITS[(match[2] ?? 's') as keyof typeof UNITS] : 0;
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  throw new PatchwhyError(
    'use',
    `--${flag} takes a time such as 90s, 5m or 1h, a day at most, not "${text}"`,
    `for example --${flag} 5m`,
  );
}

export function methodOf(text: string): 'powershell' | 'cmd' {
  if (text === 'powershell' || text === 'cmd') return text;
  throw new PatchwhyError(
    'use',
    `--method does not know "${text}"`,
    'it takes powershell or cmd; without it PowerShell, and cmd where that is barred',
  );
}

export function failOnOf(text: string): FailOn {
  if (text === 'any' || text === 'failed' || text === 'recurring') return { kind: text };
  const cause = /^cause:([a-z0-9-]+)$/.exec(text)?.[1];
  if (cause !== undefined) return { kind: 'cause', cause };
  throw new PatchwhyError(
    'use',
    `--fail-on does not know "${text}"`,
    'it takes any, failed, recurring or cause:ID',
  );
}
