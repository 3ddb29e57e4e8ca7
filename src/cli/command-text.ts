/** Commands sent to hosts, as people read them. */
import { createHash } from 'node:crypto';
import { printable } from '../core/printable.ts';

/** As an auditor can read it: what PowerShell is handed in base64, in words. */
export function readableCommand(command: string): string {
  const words = command.replace(/(?<=-EncodedCommand )[A-Za-z0-9+/=]+/, (text) => {
    const script = Buffer.from(text, 'base64').toString('utf16le');
    return `{ ${script.replaceAll('\n', '; ')} }`;
  });
  return printable(words);
}

/** SHA-256 of the script it carries, else of the command line itself: enough to say that two are the same. */
export function commandHash(command: string): string {
  const script = /\(script SHA-256 ([0-9a-f]{64})\)$/.exec(command)?.[1];
  return script ?? createHash('sha256').update(command).digest('hex');
}
