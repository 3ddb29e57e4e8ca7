/** Doctor reports as plain lines for a terminal or a pipe. */
import { printable } from '../core/printable.ts';
import type { ConsoleFinding } from './console-report.ts';
import type { HostReport, StepName, StepVerdict } from './host-report.ts';

export interface TextOptions {
  readonly isAscii: boolean;
  readonly hasColor: boolean;
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
      .map(({ step, verdict, ms, code, text }) =>
        row(options, verdict, LABELS[step], ms, [code, text].filter(Boolean).join(': ')),
      ),
    ...(left.length > 0
      ? [
          row(
            options,
            'not-reached',
            'not reached',
            undefined,
            left.map(({ step }) => LABELS[step]).join(', '),
          ),
        ]
      : []),
  ];
  const names = helloText(hello);
  if (names !== '') lines.push('', 'it said of itself', `  ${printable(names)}`);
  if (advice) {
    lines.push('', 'likely, in this order');
    for (const [at, reason] of advice.reasons.entries())
      lines.push(`  ${at + 1}. ${printable(reason)}`);
    if (advice.there) lines.push('', 'on the host, in an elevated PowerShell', `  ${advice.there}`);
    if (advice.here) lines.push('', 'on this machine', `  ${advice.here}`);
  }
  return `${lines.join('\n')}\n`;
}

export function consoleReportText(
  findings: readonly ConsoleFinding[],
  options: TextOptions,
): string {
  const lines = findings.flatMap(({ about, verdict, text, next }) => [
    row(options, verdict, about, undefined, text),
    ...(next === undefined ? [] : [`${' '.repeat(24)}${printable(next)}`]),
  ]);
  return `${lines.join('\n')}\n`;
}

function row(
  { isAscii, hasColor }: TextOptions,
  mark: Mark,
  label: string,
  ms: number | undefined,
  text: string,
): string {
  const [symbol, ascii, colour] = SYMBOLS[mark];
  const shown = isAscii ? ascii : symbol;
  const painted = hasColor ? `\u001B[${colour}m${shown}\u001B[0m` : shown;
  const time = ms === undefined ? '' : `${ms} ms`;
  return `  ${painted} ${label.padEnd(11)} ${time.padStart(8)}  ${printable(text)}`.trimEnd();
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
