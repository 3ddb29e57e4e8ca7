/**
 * Bundles: files that the packed collector wrote on a host that nothing reaches. The first line holds the SHA-256 of all
 * that follows, so that a byte changed on the way is noticed; it is no proof of who wrote it.
 */
import { createHash } from 'node:crypto';
import type { Evidence } from '../core/look.ts';
import { parseDocument } from './parse-document.ts';

export type BundleRead =
  | {
      readonly kind: 'bundle';
      readonly evidence: Evidence;
      readonly text: string;
      readonly sha256: string;
    }
  /** `what` completes "FILE …"; `next` is what to do. */
  | {
      readonly kind: 'refused';
      readonly why: 'no-bundle' | 'altered' | 'newer' | 'broken';
      readonly what: string;
      readonly next: string;
    };

const FIRST_LINE = /^PATCHWHY-BUNDLE\/(\d{1,4}) sha256=([0-9a-f]{64})\r?\n/;
const VERSION = 1;
const LONGEST_FIRST_LINE = 200;
const LARGEST = 8 * 1024 * 1024;
const AGAIN = 'carry it over again, in binary mode, or run the packed collector once more';

export function readBundle(bytes: Buffer): BundleRead {
  if (bytes.length > LARGEST)
    return refused('broken', `is larger than ${LARGEST / 1024 / 1024} MB`, AGAIN);
  const head = bytes.toString('latin1', 0, LONGEST_FIRST_LINE);
  const found = FIRST_LINE.exec(head);
  if (found === null) {
    return refused(
      'no-bundle',
      'is no bundle: its first line is another one',
      'name files that the packed collector wrote: patchwhy collector pack',
    );
  }
  const [line, version, expected = ''] = found;
  if (Number(version) > VERSION) return newer(`is a bundle of version ${version}`);
  const body = bytes.subarray(line.length);
  const sha256 = createHash('sha256').update(body).digest('hex');
  if (sha256 !== expected) {
    const what = `was altered: its SHA-256 is ${sha256.slice(0, 16)}..., its first line says ${expected.slice(0, 16)}...`;
    return refused('altered', what, AGAIN);
  }
  const text = body.toString('utf8');
  const parsed = parseDocument(text);
  if (parsed.kind === 'evidence')
    return { kind: 'bundle', evidence: parsed.evidence, text, sha256 };
  if (parsed.kind === 'broken' && parsed.problem.code === 'UNKNOWN_SCHEMA')
    return newer(`holds ${parsed.problem.text}`);
  const why = parsed.kind === 'broken' ? parsed.problem.text : 'no evidence document';
  return refused('broken', `is whole and holds ${why}`, 'report it with the version of its host');
}

function refused(
  why: Extract<BundleRead, { kind: 'refused' }>['why'],
  what: string,
  next: string,
): BundleRead {
  return { kind: 'refused', why, what, next };
}

function newer(what: string): BundleRead {
  return refused(
    'newer',
    what,
    'read it with the version of patchwhy that packed it, or a newer one',
  );
}
