'use strict';
// Loads extensions with this product's copy of Nest, wherever their files are. A process must have one copy: Nest keeps what decorators say about a
// class in its own module, and finds providers by identity. Plain JavaScript: Node runs it as it is, also in the thread of its module hooks, and
// `import()` stays one, because `require` refuses some ES modules.
const nodeModule = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

/** The name of our own package for extensions. It exists only here. */
const PUBLIC = '@scoreboard/nest';
const PUBLIC_FILE = join(__dirname, '../../nest/src/extension.js');

/** The packages that every module of the process gets from this product. */
const OURS = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/microservices',
  '@nestjs/passport',
  '@nestjs/platform-fastify',
  '@nestjs/platform-socket.io',
  '@nestjs/swagger',
  '@nestjs/throttler',
  '@nestjs/websockets',
  'reflect-metadata',
  'rxjs',
];

const FROM_WORKING_DIRECTORY = 'scoreboard-extension:';

let isLocating = false;

/** The file of our copy; undefined for other packages. */
function locate(specifier) {
  if (specifier === PUBLIC) return PUBLIC_FILE;
  // `require.resolve` runs the hooks too.
  if (isLocating || !OURS.some((name) => specifier === name || specifier.startsWith(`${name}/`))) return undefined;
  isLocating = true;
  try {
    return require.resolve(specifier);
  } finally {
    isLocating = false;
  }
}

function resolve(specifier, context, next) {
  if (specifier.startsWith(FROM_WORKING_DIRECTORY)) {
    return next(specifier.slice(FROM_WORKING_DIRECTORY.length), { ...context, parentURL: pathToFileURL(`${process.cwd()}/`).href });
  }
  const file = locate(specifier);
  return file ? { url: pathToFileURL(file).href, shortCircuit: true } : next(specifier, context);
}

/** From here on, `require` and `import` of our packages find our copies. Call it once. */
function shareOurPackages() {
  if (nodeModule.registerHooks) return void nodeModule.registerHooks({ resolve });
  // Node 20 has hooks only for `import`, in a thread that loads this file too.
  nodeModule.register(pathToFileURL(__filename));
  const find = nodeModule._resolveFilename;
  nodeModule._resolveFilename = (specifier, ...rest) => locate(specifier) ?? find(specifier, ...rest);
}

exports.OURS = OURS;
exports.resolve = resolve;
exports.shareOurPackages = shareOurPackages;
exports.importFile = (path) => import(pathToFileURL(path).href);
exports.importPackage = (name) => import(FROM_WORKING_DIRECTORY + name);
