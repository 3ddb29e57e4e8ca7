/** What to tell the operator when the collector was sent and no whole document came back. */
import { unreachable } from '../core/error.ts';
import type { Stderr, Trouble } from './clixml.ts';
import type { FrameResult } from './frame.ts';

type Missing = Exclude<FrameResult, { kind: 'document' }>;

/** A code in the spelling of a contact document at stage `collector`, and one line: what came, what to do next. */
export interface NoDocument {
  readonly code: string;
  readonly message: string;
}

const TROUBLES: Readonly<Record<Exclude<Trouble, 'other'>, NoDocument>> = {
  blocked: {
    code: 'BLOCKED',
    message: 'antivirus refused the script before it ran; allow it by its hash',
  },
  'constrained-language': {
    code: 'CONSTRAINED',
    message: 'a policy lets PowerShell run in constrained language only, and not this script',
  },
  policy: { code: '0x800704EC', message: 'a policy forbids powershell.exe on this host' },
  'not-started': { code: 'NO_POWERSHELL', message: 'powershell.exe could not be started' },
  'no-powershell': { code: 'NO_POWERSHELL', message: 'there is no powershell.exe on this host' },
  'out-of-memory': {
    code: '0x8007000E',
    message: 'PowerShell ran out of memory; raise MaxMemoryPerShellMB (usual value 1024)',
  },
  'not-parsed': {
    code: 'BAD_SCRIPT',
    message: 'PowerShell could not read the script; it needs version 3.0 or newer',
  },
};

/** Whether PowerShell is barred on the host: then only the tools of cmd.exe can tell something. */
export function isBarred(code: string): boolean {
  return BARRED.has(code);
}

const BARRED: ReadonlySet<string> = new Set(
  (['blocked', 'constrained-language', 'policy', 'no-powershell', 'not-started'] as const).map(
    (trouble) => TROUBLES[trouble].code,
  ),
);

/** Ids of PowerShell and exit codes outrank what stdout looked like; without them the frame tells. */
export function noDocument(
  result: Missing,
  stderr: Stderr,
  exitCode: number | undefined,
): NoDocument {
  const { trouble } = stderr;
  // What printed something was started.
  const isStarted = trouble === 'not-started' && result.kind !== 'empty';
  if (trouble !== undefined && trouble !== 'other' && !isStarted)
    return withText(TROUBLES[trouble], stderr);
  return withText(fromFrame(result, exitCode), stderr);
}

function fromFrame(result: Missing, exitCode: number | undefined): NoDocument {
  switch (result.kind) {
    case 'cut': {
      const of = result.expected === undefined ? '' : ` of ${result.expected}`;
      return {
        code: 'CUT_OFF',
        message: `the document broke off after ${result.bytes}${of} bytes`,
      };
    }
    case 'bad-length':
      return {
        code: 'BAD_REPLY',
        message: `the document is not the ${result.expected} bytes long that it says; something on the host writes into the output`,
      };
    case 'too-long':
      return {
        code: 'BAD_REPLY',
        message: `the document is ${result.expected} bytes long, the limit is ${result.limit}`,
      };
    case 'not-utf8':
      return {
        code: 'BAD_REPLY',
        message: `the ${result.bytes} bytes of the document are no UTF-8`,
      };
    case 'other-run':
      return { code: 'NOISE', message: `${result.bytes} bytes came, from another run of patchwhy` };
    case 'noise':
      return {
        code: 'NOISE',
        message: `${result.bytes} bytes came and no document among them: "${result.noise.slice(0, 80)}"`,
      };
    case 'empty':
      return exitCode === undefined || exitCode === 0
        ? { code: 'NO_OUTPUT', message: 'the script ended without a word' }
        : { code: String(exitCode), message: `PowerShell ended with ${exitCode} and no document` };
    default:
      return unreachable(result);
  }
}

function withText({ code, message }: NoDocument, { text }: Stderr): NoDocument {
  return { code, message: text === '' ? message : `${message}: ${text.slice(0, 200)}` };
}
