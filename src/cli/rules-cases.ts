/** The cases that a rule's author wrote beside it: stored evidence, and what must come out. */
import { dirname, resolve } from 'node:path';
import { PatchwhyError } from '../core/error.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import type { Expectation } from '../rules/own-cause.ts';
import type { Rules } from './own-rules.ts';
import { causeOf, causesOf, entriesOf } from './rules-compare.ts';
import { evidenceAt } from './stored-facts.ts';
import { judgedAgain } from './stored-run.ts';

type HostEntry = ScanDocument['hosts'][number];

export interface CheckedCase {
  /** `acme.yaml:31` */
  readonly at: string;
  readonly evidence: string;
  readonly hosts: number;
  /** What is not as expected; undefined when all is. */
  readonly complaint?: string;
}

export async function checkCases(
  cases: readonly Expectation[],
  rules: Rules,
): Promise<readonly CheckedCase[]> {
  const judged = new Map<string, ReadonlyMap<string, HostEntry>>();
  const checked: CheckedCase[] = [];
  for (const one of cases) {
    const isPath = one.evidence !== 'demo';
    const path = isPath
      ? resolve(dirname(one.place.file), one.evidence)
      : await evidenceAt(one.evidence);
    const entries = judged.get(path) ?? entriesOf(await judgedFor(one, path, rules));
    judged.set(path, entries);
    const hosts = [...entries].filter(
      ([name]) => one.host === undefined || name.toLowerCase() === one.host.toLowerCase(),
    );
    const complaint =
      hosts.length === 0
        ? `no host ${one.host ?? ''} there`
        : hosts.flatMap(([name, entry]) => missed(one, name, entry))[0];
    checked.push({
      at: `${one.place.file}:${one.place.line}`,
      evidence: one.evidence,
      hosts: hosts.length,
      ...(complaint !== undefined && { complaint }),
    });
  }
  return checked;
}

/** What a case's evidence comes to. @throws PatchwhyError that names the case. */
async function judgedFor({ place }: Expectation, path: string, rules: Rules) {
  try {
    return await judgedAgain([path], rules);
  } catch (error) {
    if (!(error instanceof PatchwhyError)) throw error;
    const { code, message, hint, exitCode } = error;
    throw new PatchwhyError(code, `${place.file}:${place.line}: ${message}`, hint, {
      cause: error,
      exitCode,
    });
  }
}

function missed({ is, isNot }: Expectation, name: string, entry: HostEntry): readonly string[] {
  const cause = causeOf(entry);
  return [
    ...(is !== undefined && cause !== is ? [`${name} is ${cause}, not ${is}`] : []),
    ...(isNot !== undefined && causesOf(entry).some(({ id }) => id === isNot)
      ? [`${name} is said to have ${isNot}`]
      : []),
  ];
}
