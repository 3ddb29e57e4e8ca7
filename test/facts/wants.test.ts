import { expect, test } from 'vitest';
import type { Evidence } from '../../src/core/look.ts';
import { wantsIn } from '../../src/facts/wants.ts';

const BARE: Evidence = {
  schema: 'evidence/1',
  host: 'x',
  collectedAt: '2024-02-20T08:00:00Z',
  runtimes: {
    dotnetFrameworkRelease: 461_814,
    dotnet: ['Microsoft.NETCore.App 6.0.1'],
    vcRedist: [],
  },
  hotfixes: [{ kb: 'KB2919442' }],
};

test.each<readonly [string, string, boolean]>([
  ['VCRUNTIME140.dll was not found', 'vcredist', true],
  ['Die Datei VCRUNTIME140.dll wurde nicht gefunden', 'vcredist', true],
  ['VCRUNTIME140.dll non è stato trovato', 'vcredist', true],
  ['VCRUNTIME140.dll est introuvable', 'vcredist', true],
  ['VCRUNTIME140.dll が見つからないため、コードの実行を続行できません', 'vcredist', true],
  ['Microsoft .NET Framework 4.8 or later is required', 'dotnet', true],
  ['Microsoft .NET Framework 4.7.2 is required', 'dotnet', false],
  ['.NET Framework 4.8 ist nicht installiert', 'dotnet', true],
  ['È richiesto .NET Framework 4.8', 'dotnet', true],
  ['.NET Desktop Runtime 8.0 が必要です', 'dotnet', true],
  ['This package requires KB2919355 to be installed first', 'update', true],
  ['KB2919442 is required', 'update', false],
])('%s: wants %s, missing %s', (text, kind, missing) => {
  expect(wantsIn(text, '', BARE)).toMatchObject([{ kind, missing, present: !missing }]);
});

test.each(['.NET Framework 4.8 setup finished', 'Installing Visual C++ runtime'])(
  '%s: wants nothing',
  (text) => expect(wantsIn(text, '', BARE)).toEqual([]),
);
