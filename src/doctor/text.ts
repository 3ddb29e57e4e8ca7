/** Doctor reports as plain lines for a terminal or a pipe. */
import { printable } from '../core/printable.ts';
import { wrap } from '../core/width.ts';
import type { ConsoleFinding } from './console-report.ts';
import type { HostReport, StepName, StepVerdict } from './host-report.ts';

export interface TextOptions {
  readonly isAscii: boolean;
  readonly hasColor: boolean;
  /** Of the terminal; absent in a pipe, where lines are as long as they are. */
  readonly columns?: number | undefined;
}

type Mark = StepVerdict | 'info';

const SYMBOLS: Readonly<Record<Mark, readonly [symbol: string, ascii: string, colour: number]>> = {
  ok: ['✓', '+', 32],
  warning: ['!', '!', 33],
  failed: ['✗', 'x', 31],
  'not-reached': ['·', '.', 90],
  info: ['·', '.', 90],
};

const LABELS: Readonly<Record<StepName, string>> = {
  relay: 'jump host',
  name: 'name',
  port: 'port',
  tls: 'TLS',
  'host-key': 'host key',
  http: 'HTTP',
  offers: 'offers',
  'log-on': 'log-on',
  shell: 'shell',
  powershell: 'PowerShell',
  rights: 'rights',
  collector: 'collector',
};

export function hostReportText(report: HostReport, options: TextOptions): string {
  const { host, address, way, steps, hello, advice } = report;
  const where = address === undefined || address === host ? '' : ` (${address})`;
  const how =
    way === undefined ? '' : ` over ${way.wire}${way.auth ? `, signed in by ${way.auth}` : ''}`;
  const left = steps.filter(({ verdict }) => verdict === 'not-reached');
  const lines = [
    printable(`${host}${where}${how}`),
    '',
    ...steps
      .filter(({ verdict }) => verdict !== 'not-reached')
      .flatMap(({ step, verdict, ms, code, text }) =>
        row(options, verdict, LABELS[step], ms, [code, text].filter(Boolean).join(': ')),
      ),
    ...(left.length > 0
      ? row(
          options,
          'not-reached',
          'not reached',
          undefined,
          left.map(({ step }) => LABELS[step]).join(', '),
        )
      : []),
  ];
  const names = helloText(hello);
  if (names !== '')
    lines.push('', 'it said of itself', ...hanging('  ', printable(names), options));
  if (advice) {
    lines.push('', 'likely, in this order');
    for (const [at, reason] of advice.reasons.entries())
      lines.push(...hanging(`  ${at + 1}. `, printable(reason), options));
    lines.push(...commands('on the host, in an elevated PowerShell', advice.there));
    lines.push(...commands('on this machine', advice.here));
  }
  return `${lines.join('\n')}\n`;
}

/** One a line, never broken: they are there to be copied. */
function commands(where: string, list: readonly string[] = []): string[] {
  return list.length === 0 ? [] : ['', where, ...list.map((command) => `  ${printable(command)}`)];
}

export function consoleReportText(
  findings: readonly ConsoleFinding[],
  options: TextOptions,
): string {
  const lines = findings.flatMap(({ about, verdict, text, next }) => [
    ...hanging(heading(options, verdict, about), printable(text), options, CONSOLE_INDENT),
    ...(next === undefined
      ? []
      : hanging(CONSOLE_INDENT, printable(next), options, CONSOLE_INDENT)),
  ]);
  return `${lines.join('\n')}\n`;
}

function row(
  options: TextOptions,
  mark: Mark,
  label: string,
  ms: number | undefined,
  text: string,
): string[] {
  const time = ms === undefined ? '' : `${ms} ms`;
  const head = `${heading(options, mark, label)}${time.padStart(8)}  `;
  return hanging(head, printable(text), options, STEP_INDENT);
}

function heading({ isAscii, hasColor }: TextOptions, mark: Mark, label: string): string {
  const [symbol, ascii, colour] = SYMBOLS[mark];
  const shown = isAscii ? ascii : symbol;
  const painted = hasColor ? `\u001B[${colour}m${shown}\u001B[0m` : shown;
  return `  ${painted} ${label.padEnd(12)}`;
}

/** Where texts begin: behind mark and label, and behind the time of a step. */
const CONSOLE_INDENT = ' '.repeat(16);
const STEP_INDENT = ' '.repeat(26);

/** A text that goes on below its own beginning where the terminal is too narrow for it. */
function hanging(
  head: string,
  text: string,
  { columns }: TextOptions,
  indent = ' '.repeat(head.length),
): string[] {
  const room =
    columns === undefined ? Number.MAX_SAFE_INTEGER : Math.max(20, columns - indent.length);
  const [first = '', ...rest] = wrap(text, room);
  return [`${head}${first}`.trimEnd(), ...rest.map((line) => `${indent}${line}`)];
}

/** What the host said before it knew who asks. */
function helloText({
  computer,
  dnsName,
  domain,
  dnsDomain,
  clockSkewSeconds,
}: HostReport['hello']): string {
  const names = [computer, dnsName].filter(Boolean).join(', ');
  const of = dnsDomain ?? domain;
  return [
    names,
    ...(of === undefined ? [] : [`domain ${of}`]),
    ...(clockSkewSeconds === undefined ? [] : [clockText(clockSkewSeconds)]),
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  if (Math.abs(whole) <= 1) return 'its clock agrees with ours';
  return `its clock is ${Math.abs(whole)} s ${whole < 0 ? 'behind' : 'ahead of'} ours`;
}
