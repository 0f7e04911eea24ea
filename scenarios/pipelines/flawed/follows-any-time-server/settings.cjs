module.exports = require('../overlay.cjs')(__dirname);
