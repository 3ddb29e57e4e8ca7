import { beforeAll, describe, expect, test } from 'vitest';
import type { Parser } from 'web-tree-sitter';
import { asFunctionBody, packedScript, packedStarter } from '../../src/collect/pack.ts';
import { collectorParts, collectorScript } from '../../src/collect/script.ts';
import { powershellParser, syntaxErrors } from './parse-powershell.ts';

const NAME = 'patchwhy-collector.ps1';
const packed = packedScript(NAME);
let parser: Parser;
beforeAll(async () => {
  parser = await powershellParser();
});

describe('the packed script', () => {
  test('parses, is ASCII, and has lines that Windows editors and signing tools take', () => {
    const tree = parser.parse(packed);
    expect(tree && syntaxErrors(tree.rootNode)).toEqual([]);
    expect(packed).toMatch(/^[\r\n -~]*$/);
    expect(packed.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  test('holds the whole collector, and between its parts nothing but a word of what is read', () => {
    const told: string[] = [];
    const silent = packed.replaceAll('\r\n', '\n').replace(/^Write-Host ' {2}.*\n/gm, (line) => {
      told.push(line);
      return '';
    });
    expect(silent).toContain(asFunctionBody(collectorScript('bundle00')));
    const { sections } = collectorParts('bundle00');
    expect(told).toEqual(
      sections.map(({ name }, at) => `Write-Host '  ${at + 1} of ${sections.length}: ${name}'\n`),
    );
  });

  test('has nothing that would end whoever calls it', () => {
    expect(packed).not.toMatch(/^\s*exit\b/m);
    const script = collectorScript('bundle00');
    const ends = script.match(/^\s*exit 0$/gm)?.length ?? 0;
    const returns = (text: string): number => text.match(/^\s*return$/gm)?.length ?? 0;
    expect(ends).toBeGreaterThan(0);
    expect(returns(asFunctionBody(script)) - returns(script)).toBe(ends);
  });

  test('calls no .NET around the collector, so that constrained language runs it', () => {
    const around = packed.slice(packed.indexOf('function Get-PatchwhyHash'));
    expect(around.length).toBeGreaterThan(1000);
    expect(around).not.toMatch(/\[[A-Z][\w.]+\]::|New-Object|Add-Type|&\s*\{/);
  });

  test('touches no execution policy, and names no program but the hash tool of Windows, by its full path', () => {
    expect(packed).not.toMatch(/-ExecutionPolicy|Unblock-File/);
    const around = packed.slice(packed.indexOf('function Get-PatchwhyHash'));
    expect(around.match(/[^\s"]*\.exe" -\w+/g)).toEqual([
      '$env:SystemRoot\\System32\\certutil.exe" -hashfile',
    ]);
  });

  test('says under its own name how to start it', () => {
    expect(packedScript('plant.ps1')).toContain('Get-Content -Raw .\\plant.ps1 |');
    expect(packed).not.toContain('@FILE@');
  });
});

test('the starter is a batch file that hands the text of the script beside it to 64-bit PowerShell', () => {
  const starter = packedStarter(NAME);
  expect(starter).toMatch(/^@echo off\r\n/);
  expect(starter.replaceAll('\r\n', '')).toMatch(/^[ -~]*$/);
  expect(starter).toContain(`"Get-Content -Raw -LiteralPath '.\\${NAME}' | Invoke-Expression"`);
  expect(starter).toContain('Sysnative');
  expect(starter).not.toMatch(/ExecutionPolicy/i);
});
