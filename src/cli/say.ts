/** Lines for people: results on stdout, trouble on stderr. What hosts and file names bring along cannot harm a terminal. */
import { printable } from '../core/printable.ts';
import { writeAll } from './output-stream.ts';

export function say(text: string): Promise<void> {
  return writeAll(process.stdout, `${printable(text)}\n`);
}

export function complain(text: string): Promise<void> {
  return writeAll(process.stderr, `patchwhy: ${printable(text)}\n`);
}
