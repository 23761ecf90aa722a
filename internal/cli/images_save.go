package cli

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/images"
	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/supply"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

type imagesSave struct {
	output, platform, from string
	arch                   string
}

func (a *app) newImagesSave() *cobra.Command {
	o := &imagesSave{}
	cmd := &cobra.Command{
		Use:     "save",
		Short:   a.say(lang.Messagef("Write the archive of the images, for nodes that are loaded by hand", "写出镜像归档文件，供手工加载到节点")),
		Example: "  kubectl learn images save -o images.tar --platform linux/arm64",
		Args:    help.Args(0, 0),
		RunE: func(*cobra.Command, []string) error {
			if err := o.complete(); err != nil {
				return err
			}
			return o.run(a)
		},
	}
	a.addFrom(cmd, &o.from)
	cmd.Flags().StringVarP(&o.output, "output", "o", "", a.say(lang.Messagef("file to write; - is stdout (default: the archive's own name, here)", "要写的文件；- 表示标准输出（默认：当前文件夹里的同名文件）")))
	cmd.Flags().StringVar(&o.platform, "platform", "", a.say(lang.Messagef("linux/amd64 or linux/arm64 (default: as this machine)", "linux/amd64 或 linux/arm64（默认与本机相同）")))
	return cmd
}

func (o *imagesSave) complete() (err error) {
	if o.arch, err = platformArch(o.platform); err == nil && o.output == "" {
		o.output = images.ArchiveName(o.arch)
	}
	return err
}

func (o *imagesSave) run(a *app) error {
	if o.output == "-" && isTerminal(a.Stdout) {
		return usagef("the archive is not text for a terminal; name a file with -o", "归档文件不是文本，不能打印到终端；用 -o 指定一个文件")
	}
	archive, err := supply.Open(o.from, a.Executable, o.arch)
	if err != nil {
		return err
	}
	if err := fits(archive, o.arch); err != nil {
		return err
	}
	data, err := os.ReadFile(archive.File)
	if err != nil {
		return err
	}
	if o.output == "-" {
		_, err := a.Stdout.Write(data)
		return err
	}
	if err := atomicfile.Write(o.output, data); err != nil {
		return err
	}
	return a.print("%s\n", a.say(lang.Messagef("%s: %d images for linux/%s, %s", "%s：%d 个镜像，linux/%s，%s", o.output, len(archive.Sizes), o.arch, megabytes(int64(len(data))))))
}

// fits refuses an archive for other machines.
func fits(archive supply.Archive, arch string) error {
	if arch == "" || archive.Arch == arch {
		return nil
	}
	return &advice{
		what:  lang.Messagef("%s is for linux/%s; wanted is linux/%s", "%s 是 linux/%s 的；需要的是 linux/%s", archive.File, archive.Arch, arch),
		hints: []lang.Message{lang.Messagef("make images writes one for each", "make images 会为每种平台各写一个")},
		code:  exitUsage,
	}
}
