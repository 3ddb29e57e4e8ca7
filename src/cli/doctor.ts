/** `patchwhy doctor`: what this machine lacks as a console; `patchwhy doctor HOST`: at which step contact stops, and why. */
import { Resolver } from 'node:dns/promises';
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import type { ContactStage } from '../core/contact.ts';
import { checkAgent } from '../doctor/checks/agent.ts';
import { checkCatalogue } from '../doctor/checks/catalogue.ts';
import { checkClock } from '../doctor/checks/clock.ts';
import { checkDns } from '../doctor/checks/dns.ts';
import { checkKerberos, runKlist } from '../doctor/checks/kerberos.ts';
import { checkKeychain } from '../doctor/checks/keychain.ts';
import { checkNode } from '../doctor/checks/node.ts';
import { checkState } from '../doctor/checks/state.ts';
import { checkTerminal } from '../doctor/checks/terminal.ts';
import { type ConsoleFinding, consoleReport } from '../doctor/console-report.ts';
import { hostReport, type HostReport } from '../doctor/host-report.ts';
import { consoleReportText, hostReportText, type TextOptions } from '../doctor/text.ts';
import type { Hello, Way } from '../transports/transport.ts';
import { hasTicketLibrary } from '../transports/winrm/kerberos.ts';
import { stateFolder } from '../store/state-folder.ts';
import { hasColor, isAscii } from '../tui/manners.ts';
import { shippedCatalogue } from './catalogue.ts';
import { NoticeBoard } from './notice-board.ts';
import { writeAll } from './output-stream.ts';
import { dnsServers, findTargets, type TargetArguments } from './targets.ts';

export interface DoctorArguments extends Omit<TargetArguments, 'hosts' | 'limit' | 'evidence'> {
  readonly host: string | undefined;
  readonly json: boolean;
  readonly ascii: boolean;
  readonly color: boolean;
}

export async function doctorCommand(argv: DoctorArguments): Promise<ExitCode> {
  return argv.host === undefined ? examineConsole(argv) : examineHost(argv, argv.host);
}

/** What this machine lacks as a console. */
export async function consoleFindings(): Promise<ConsoleFinding[]> {
  const { stdout, env } = process;
  const catalogue = shippedCatalogue();
  const date = new Date(catalogue.version);
  const builtAt = Number.isNaN(date.getTime()) ? undefined : date;
  const now = new Date();
  return consoleReport([
    checkNode,
    () =>
      checkTerminal({
        isTerminal: stdout.isTTY,
        columns: stdout.columns,
        rows: stdout.rows,
        isAscii: isAscii(env),
        hasColor: hasColor(env),
        env,
      }),
    () => checkClock(now, builtAt),
    () => checkDns(dnsServers() ?? new Resolver().getServers()),
    async () =>
      checkKerberos({
        hasLibrary: await hasTicketLibrary(),
        isWindows: process.platform === 'win32',
        klist: runKlist,
      }),
    () => checkAgent(env['SSH_AUTH_SOCK']),
    async () => checkKeychain(await keychainReader()),
    () =>
      checkCatalogue(
        {
          version: catalogue.version,
          causes: catalogue.causes.size,
          codes: catalogue.codes().length,
          date: builtAt,
        },
        now,
      ),
    () => checkState(stateFolder(env)),
  ]);
}

/** 0 when nothing fails, else 2: whatever is wrong is wrong before any contact. */
async function examineConsole(argv: DoctorArguments): Promise<ExitCode> {
  const findings = await consoleFindings();
  const document = { schema: 'patchwhy/doctor/1', console: findings };
  await writeAll(
    process.stdout,
    argv.json ? json(document) : consoleReportText(findings, manners(argv)),
  );
  return findings.some(({ verdict }) => verdict === 'failed') ? 2 : 0;
}

async function keychainReader(): Promise<(() => Promise<unknown>) | undefined> {
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    return () => new AsyncEntry('patchwhy', 'patchwhy doctor').getPassword();
  } catch {
    return undefined;
  }
}

/** 0 when the way is free to its end, 4 when it is not. */
async function examineHost(argv: DoctorArguments, name: string): Promise<ExitCode> {
  const { json: isJson, color: _color, ascii: _ascii, host: _host, ...rest } = argv;
  const targets = await findTargets({ ...rest, hosts: [name] });
  const [host, ...others] = targets.hosts;
  if (host === undefined || others.length > 0) {
    throw new PatchwhyError(
      'use',
      `${name} stands for ${targets.hosts.length} hosts`,
      'doctor looks at one host; scan looks at many',
    );
  }
  const notices = new NoticeBoard();
  notices.close();
  const source = await targets.open([host], notices);
  const startedAt = performance.now();
  const since = (): number => performance.now() - startedAt;
  const stages: { stage: ContactStage; atMs: number }[] = [];
  let hello: Hello = {};
  let way: Way | undefined;
  const { reach } = host;
  if (reach.kind !== 'local')
    stages.push({ stage: 'via' in reach && reach.via.length > 0 ? 'relay' : 'dns', atMs: 0 });
  const { look } = await source.look(host, {
    signal: new AbortController().signal,
    slot: (work) => work(),
    onStage: (stage) => {
      if (stage !== 'queued') stages.push({ stage, atMs: since() });
    },
    onHello: (more) => {
      hello = { ...hello, ...more };
    },
    onWay: (found) => {
      way = found;
    },
    onCommand: () => undefined,
    onNotice: (level, code, text) => notices.add(level, code, text),
  });
  const address = look.kind === 'contact' ? look.contact.contact.address : undefined;
  const report: HostReport = hostReport({
    platform: process.platform,
    host: host.id,
    name: host.address,
    reach,
    ...(address !== undefined && { address }),
    stages,
    endedMs: since(),
    hello,
    ...(way && { way }),
    look,
  });
  await source.close?.();
  await writeAll(process.stdout, isJson ? json(report) : hostReportText(report, manners(argv)));
  return report.steps.some(({ verdict }) => verdict === 'failed') ? 4 : 0;
}

function manners({ ascii, color }: DoctorArguments): TextOptions {
  const { env, stdout } = process;
  return {
    isAscii: ascii || isAscii(env),
    hasColor: color && stdout.isTTY && hasColor(env),
    columns: stdout.columns,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
