#!/usr/bin/env node
// Plain JavaScript that old Nodes can parse: finds a Node that can run the program, then hands over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** From here on SQLite is there without a flag, waits for others, and tells the columns of a statement. */
var NEEDED = [22, 16];
var version = process.versions.node.split('.').map(Number);
var isNewEnough = version[0] > NEEDED[0] || (version[0] === NEEDED[0] && version[1] >= NEEDED[1]);

function fail(text) {
  process.stderr.write('patchwhy: ' + text + '\n');
  process.exitCode = 2;
}

function here(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** `npm ci` brings a Node of its own beside the dependencies: go on with that one. */
function handOver(node) {
  var args = [fileURLToPath(import.meta.url)].concat(process.argv.slice(2));
  var child = spawn(node, args, { stdio: 'inherit' });
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
    });
  });
  child.on('error', function (error) {
    fail('cannot start ' + node + ': ' + error.message);
  });
  child.on('exit', function (code, signal) {
    process.exitCode = code === null ? 128 + constants.signals[signal] : code;
    // Killed outright it could not give the terminal back: main screen, cursor, line wrap.
    if (code === null && process.stdout.isTTY)
      process.stdout.write('\u001b[?1049l\u001b[?25h\u001b[?7h');
  });
}

if (isNewEnough) {
  if (existsSync(here('../dist/cli/main.js'))) {
    // Development React costs four times the CPU.
    if (!process.env.NODE_ENV) process.env.NODE_ENV = 'production';
    void import('../dist/cli/main.js').then(function (program) {
      return program.main(process.argv.slice(2));
    });
  } else {
    fail('not built yet: run "npm ci" in the folder of patchwhy');
  }
} else {
  var own = here(
    process.platform === 'win32'
      ? '../node_modules/node/bin/node.exe'
      : '../node_modules/node/bin/node',
  );
  if (existsSync(own)) {
    handOver(own);
  } else {
    fail(
      'needs Node ' +
        NEEDED.join('.') +
        ' or newer and this is ' +
        process.version +
        ': install a newer one, or run "npm ci" in the folder of patchwhy, which brings it along',
    );
  }
}
