// Verifies proofs of facts and of consistency with Go's own packages for transparency logs. Usage: verify KEY PROOF...
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func verify(key, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, checkpoint, _ := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("no proof")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	size, root, err := open(key, checkpoint)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(entry))
}

// A proof of consistency has the later checkpoint; the file .earlier next to it has the earlier one.
func verifyConsistency(key, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, checkpoint, _ := strings.Cut(string(text), "\n\n")
	var proof tlog.TreeProof
	for _, line := range strings.Split(head, "\n")[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	earlier, err := os.ReadFile(file + ".earlier")
	if err != nil {
		return err
	}
	oldSize, oldRoot, err := open(key, string(earlier))
	if err != nil {
		return err
	}
	size, root, err := open(key, checkpoint)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, size, root, oldSize, oldRoot)
}

func open(key, checkpoint string) (size int64, root tlog.Hash, err error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return
	}
	signed, err := note.Open([]byte(checkpoint), note.VerifierList(verifier))
	if err != nil {
		return
	}
	body := strings.Split(signed.Text, "\n")
	if size, err = strconv.ParseInt(body[1], 10, 64); err != nil {
		return
	}
	root, err = tlog.ParseHash(body[2])
	return
}

func main() {
	for _, file := range os.Args[2:] {
		check := verify
		if strings.HasSuffix(file, ".consistency") {
			check = verifyConsistency
		}
		if err := check(os.Args[1], file); err != nil {
			fmt.Println("refused:", err)
		} else {
			fmt.Println("accepted")
		}
	}
}
