/** `audit`: the mark that an operator's own script left in the registry. */
import { CouldNotLook, type Question } from './question.ts';
import { readBelow, regQuery, textIn } from './registry.ts';

const MARK = [
  String.raw`HKLM\SOFTWARE`,
  String.raw`HKLM\SOFTWARE\Org`,
  String.raw`HKLM\SOFTWARE\Org\PatchAudit`,
];

export const audit: Question = {
  section: 'audit',
  commands: MARK.map(regQuery),
  read(answers) {
    const key = readBelow(answers, MARK);
    const error = textIn(key, 'LastPatchError');
    const date = textIn(key, 'AuditDate');
    const [, day, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)Z$/.exec(date ?? '') ?? [];
    if (date !== undefined && day === undefined)
      throw new CouldNotLook('AuditDate is not in universal sortable form');
    return {
      evidence: {
        audit: {
          ...(error !== undefined && { lastPatchError: error.slice(0, 200) }),
          ...(day !== undefined && { auditDate: `${day}T${time}Z` }),
        },
      },
      errors: [],
    };
  },
};
