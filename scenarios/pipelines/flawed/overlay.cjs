// @ts-check
'use strict';
const { existsSync } = require('node:fs');
const { registerHooks } = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const folderUrl = (/** @type {string} */ folder) => pathToFileURL(join(folder, '/')).href;
const GALLERY = folderUrl(__dirname);
const REFERENCE = folderUrl(join(__dirname, '../node-red-resilient'));

/**
 * Lays a variant over the reference: whoever asks for a module of the reference gets the variant's file of the same
 * path instead, if there is one. So a variant holds only what it replaces, and the reference knows nothing of it. What
 * is in the gallery asks for the reference and gets it, so that a replacement can build on what it replaces.
 * @param {string} variant its folder
 * @returns {object} the settings of Node-RED, which are the reference's
 */
module.exports = (variant) => {
  const settings = require('../node-red-resilient/settings.cjs');
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const found = nextResolve(specifier, context);
      if (!found.url.startsWith(REFERENCE) || context.parentURL?.startsWith(GALLERY)) return found;
      const replacement = new URL(found.url.slice(REFERENCE.length), folderUrl(variant));
      return existsSync(replacement) ? { ...found, url: replacement.href } : found;
    },
  });
  return settings;
};
