a <- commandArgs(TRUE)[1]
if (a == "mean") cat("mean", mean(c(1, 2, 3)), "\n")
if (a == "lm") cat("slope", coef(lm(dist ~ speed, cars))[2], "\n")
if (a == "png") { png("/tmp/a.png"); plot(1:3); dev.off(); cat("png", file.size("/tmp/a.png") > 1000, "\n") }
if (a == "pdf") { pdf("/tmp/a.pdf"); hist(rnorm(10)); dev.off(); cat("pdf", file.size("/tmp/a.pdf") > 1000, "\n") }
if (a == "svd") cat("svd", round(svd(matrix(1:4, 2))$d, 2), "\n")
if (a == "tz") cat("tz", format(as.POSIXct("2024-07-01 12:00", tz = "UTC"), tz = "America/New_York"), "\n")
if (a == "json") { con <- gzcon(rawConnection(memCompress("gz text", "gzip"))); cat("par", length(parallel::mclapply(1:2, identity)), "\n") }
if (a == "help") { library(tools); cat("tools", md5sum("/run.R") != "", "\n") }
if (a == "spline") { library(splines); cat("splines", dim(bs(1:5))[2], "\n") }
if (a == "s4") { setClass("P", representation(x = "numeric")); cat("s4", isVirtualClass("P"), "\n") }
if (a == "enc") cat("enc", iconv("\u00e4", "UTF-8", "latin1") != "", "\n")
