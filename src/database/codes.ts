/** Enumerations as small numbers. A number never changes its meaning: files that are years old hold it. */
import type { Approval, Deployment, Detection, PatchStatus } from '../core/host-patch.ts';
import type { Outcome, Status } from '../core/verdict.ts';

export interface Codes<Name extends string> {
  readonly numberOf: (name: Name) => number;
  /** @throws where a newer version has written a number that this one does not know */
  readonly nameOf: (number: number) => Name;
}

function codes<Name extends string>(numbers: Readonly<Record<Name, number>>): Codes<Name> {
  const names = new Map(
    (Object.entries(numbers) as [Name, number][]).map(([name, number]) => [number, name]),
  );
  return {
    numberOf: (name) => numbers[name],
    nameOf(number) {
      const name = names.get(number);
      if (name === undefined) throw new Error(`the history holds an unknown code ${number}`);
      return name;
    },
  };
}

export const PATCH_STATUS = codes<PatchStatus>({
  failed: 1,
  'reboot-required': 2,
  'verify-pending': 3,
  installing: 4,
  pending: 5,
  missing: 6,
  ignored: 7,
  inactive: 8,
  superseded: 9,
  'not-applicable': 10,
  installed: 11,
  'no-record': 12,
  'no-data': 13,
});

export const DETECTION = codes<Detection['state']>({
  installed: 1,
  missing: 2,
  superseded: 3,
  'not-applicable': 4,
  inactive: 5,
  unknown: 6,
});

export const DEPLOYMENT = codes<Deployment['state']>({
  never: 1,
  success: 2,
  'success-restart': 3,
  failed: 4,
  'in-progress': 5,
});

export const APPROVAL = codes<Approval>({
  approved: 1,
  notApproved: 2,
  declined: 3,
  ignored: 4,
  inactive: 5,
  hidden: 6,
  unknown: 7,
});

export const HOST_STATUS = codes<Status>({
  ok: 1,
  failing: 2,
  'scan-failing': 3,
  'reboot-required': 4,
  blocked: 5,
  waiting: 6,
  unmanaged: 7,
  'no-data': 8,
  unreachable: 9,
  skipped: 10,
});

export const OUTCOME_KIND = codes<Outcome['kind']>({ judged: 1, contact: 2, skipped: 3 });

export const MODE = codes<'none' | 'powershell' | 'cmd' | 'file'>({
  none: 0,
  powershell: 1,
  cmd: 2,
  file: 3,
});
